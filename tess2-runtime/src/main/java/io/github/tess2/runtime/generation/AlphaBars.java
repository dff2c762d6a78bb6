package io.github.tess2.runtime.generation;

import io.github.tess2.runtime.model.TimeWarp;
import org.jspecify.annotations.Nullable;

/** ᾱ along a request's steps, through the learned warp of time where the model has one. */
final class AlphaBars {
  private final double[] alphasCumprod;
  private final @Nullable TimeWarp warp;

  AlphaBars(double[] alphasCumprod, @Nullable TimeWarp warp) {
    this.alphasCumprod = alphasCumprod;
    this.warp = warp;
  }

  /** What the model is told of step t: t/T, or its warped time over T. */
  double time(int step) {
    int total = alphasCumprod.length;
    return (warp == null ? step : warp.warp(step, total)) / total;
  }

  /** ᾱ_t. */
  double at(int step) {
    return alphasCumprod[index(step)];
  }

  /** ᾱ_{t−1}, which is 1 where step t is the last. */
  double before(int step) {
    return step == 0 || index(step) == 0 ? 1 : alphasCumprod[index(step - 1)];
  }

  private int index(int step) {
    if (warp == null) {
      return step;
    }
    int total = alphasCumprod.length;
    return Math.min(Math.max((int) warp.warp(step, total), 0), total - 1);
  }
}
