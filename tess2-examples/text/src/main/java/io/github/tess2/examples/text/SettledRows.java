package io.github.tess2.examples.text;

import static java.util.Objects.requireNonNull;

import io.github.tess2.OptionsBuilder;
import io.github.tess2.PluginException;
import io.github.tess2.spi.CanvasPolicy;
import io.github.tess2.spi.CanvasPolicyProvider;
import io.github.tess2.spi.DecodingRequest;
import io.github.tess2.spi.PluginChoice;
import io.github.tess2.spi.Prediction;
import java.util.Locale;
import java.util.Optional;

/**
 * A canvas policy that counts how many of a request's first rows can no longer change: those before
 * the current window. Use one for each request.
 */
public final class SettledRows implements CanvasPolicy {
  private static final String WHOLE = "whole";

  private final CanvasPolicy policy;
  private volatile int rows;

  /**
   * Watches the canvas that a specification names.
   *
   * @param spec as {@link OptionsBuilder#canvas(String)} reads it, such as {@code blocks:length=16}
   * @return the canvas policy to set in the request; empty for {@code whole}, with which every row
   *     can change until the end
   * @throws PluginException if there is no canvas of that name
   */
  public static Optional<SettledRows> of(String spec) {
    requireNonNull(spec, "spec");
    return spec.strip().toLowerCase(Locale.ROOT).equals(WHOLE)
        ? Optional.empty()
        : Optional.of(
            new SettledRows(
                PluginChoice.named("canvas", CanvasPolicyProvider.class, spec).plugin()));
  }

  /**
   * Watches a canvas policy.
   *
   * @param policy the policy that chooses the windows
   */
  public SettledRows(CanvasPolicy policy) {
    this.policy = requireNonNull(policy, "policy");
  }

  /** {@return how many rows are settled, from the first one on} */
  public int count() {
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
      // There is only one window at a time, even with several candidates.
      next.ifPresent(following -> rows = following.from());
      return next;
    }
  }
}
