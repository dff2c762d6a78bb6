package io.github.tess2.runtime.generation;

import io.github.tess2.spi.Canvas;
import io.github.tess2.spi.Guidance;

/** Guides nothing, unless a part of it is replaced; one run is enough for all. */
class IdleGuidance implements Guidance, Guidance.Run {
  private final String name;

  IdleGuidance(String name) {
    this.name = name;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Run begin(Request request) {
    // Something to be freed with the request.
    request.manager().create(new float[1000]);
    return run();
  }

  Run run() {
    return this;
  }

  @Override
  public void guide(Canvas canvas) {}

  @Override
  public void close() {}
}
