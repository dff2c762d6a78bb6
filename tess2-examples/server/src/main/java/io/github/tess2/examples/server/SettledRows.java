package io.github.tess2.examples.server;

import io.github.tess2.spi.CanvasPolicy;
import io.github.tess2.spi.DecodingRequest;
import io.github.tess2.spi.Prediction;
import java.util.Optional;

/**
 * A canvas that tells how many of a request's first rows can no longer change: those before the
 * window that is generated now. For one request.
 */
final class SettledRows implements CanvasPolicy {
  private final CanvasPolicy policy;
  private volatile int rows;

  SettledRows(CanvasPolicy policy) {
    this.policy = policy;
  }

  /** How many rows are given, from the first one on. */
  int count() {
    return rows;
  }

  @Override
  public Run begin(DecodingRequest request) {
    return new Watched(policy.begin(request));
  }

  private final class Watched implements Run {
    private final Run run;

    Watched(Run run) {
      this.run = run;
    }

    @Override
    public Window first() {
      return run.first();
    }

    @Override
    public int windows() {
      return run.windows();
    }

    @Override
    public boolean watches() {
      return run.watches();
    }

    @Override
    public int end(Prediction prediction, Window window) {
      return run.end(prediction, window);
    }

    @Override
    public Optional<Window> next(Prediction prediction, Window window) {
      Optional<Window> next = run.next(prediction, window);
      // A window at a time: with several candidates there is but one.
      next.ifPresent(following -> rows = following.from());
      return next;
    }
  }
}
