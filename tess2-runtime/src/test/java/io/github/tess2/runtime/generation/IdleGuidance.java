package io.github.tess2.runtime.generation;

import io.github.tess2.spi.Guidance;
import io.github.tess2.spi.GuidedStep;

/** Does nothing, unless a test overrides a method. All requests share one run. */
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
    // A tensor that must be freed with the request.
    request.manager().create(new float[1000]);
    return run();
  }

  Run run() {
    return this;
  }

  @Override
  public void guide(GuidedStep step) {}

  @Override
  public void close() {}
}
