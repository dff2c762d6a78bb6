package com.example.consumer;

import io.github.tess2.spi.NoiseSchedule;
import java.util.stream.IntStream;

/** A schedule that falls linearly. */
public final class ConsumersSchedule implements NoiseSchedule {
  @Override
  public String name() {
    return "consumers-line";
  }

  @Override
  public double[] alphasCumprod(int steps) {
    return IntStream.range(0, steps).mapToDouble(t -> 1 - (t + 0.5) / steps).toArray();
  }
}
