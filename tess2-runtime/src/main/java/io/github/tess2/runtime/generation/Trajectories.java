package io.github.tess2.runtime.generation;

import static java.util.Objects.requireNonNull;

import io.github.tess2.OptionsBuilder;
import io.github.tess2.PluginException;
import io.github.tess2.runtime.model.TimeWarp;
import io.github.tess2.spi.StepGrid;
import java.util.Locale;
import java.util.function.DoubleUnaryOperator;
import org.jspecify.annotations.Nullable;

/** Asks a step grid for its times and checks them, because it may be third-party code. */
final class Trajectories {
  private Trajectories() {}

  /**
   * {@return the times and noise levels of a request}
   *
   * @param settings the settings of the request
   * @param vocabularySize V
   * @param simplexValue k
   * @param warp the model's time warp; null if it has none
   * @throws PluginException if the schedule or the grid fails or breaks its contract
   */
  static AlphaBars of(
      Settings settings, int vocabularySize, double simplexValue, @Nullable TimeWarp warp) {
    double[] alphas = Schedules.alphasCumprod(settings.schedule(), settings.steps());
    Settings.Named<StepGrid> grid = settings.decoding().grid();
    if (grid == null) {
      return new AlphaBars(alphas, warp);
    }
    DoubleUnaryOperator alphaBar = Schedules.alphaBar(settings.schedule(), settings.steps());
    Asked request = new Asked(settings.steps(), vocabularySize, simplexValue, alphaBar);
    AlphaBars made = new AlphaBars(alphas, alphaBar, times(grid, request), warp);
    for (int step = 1; step < made.total(); step++) {
      if (made.at(step) > made.at(step - 1)) {
        throw new PluginException(
            String.format(
                Locale.ROOT,
                "alphaBar of noise schedule \"%s\" must not rise with t, but is: %s after %s",
                Failures.nameOf(settings.schedule()),
                made.at(step),
                made.at(step - 1)));
      }
    }
    return made;
  }

  private record Asked(
      int steps, int vocabularySize, double simplexValue, DoubleUnaryOperator function)
      implements StepGrid.Request {
    @Override
    public double alphaBar(double t) {
      if (!(t >= 0 && t <= 1)) {
        throw new IllegalArgumentException("t must be in [0, 1], but is: " + t);
      }
      return function.applyAsDouble(t);
    }
  }

  private static double[] times(Settings.Named<StepGrid> grid, StepGrid.Request request) {
    double[] times;
    try {
      times = requireNonNull(grid.plugin().times(request), "its times must not be null").clone();
    } catch (Throwable e) {
      String when = String.format(Locale.ROOT, "for %d steps", request.steps());
      throw Failures.of("step grid", grid.name(), when, e);
    }
    if (times.length < 1 || times.length > OptionsBuilder.MAX_STEPS) {
      throw broken(
          grid, "be from 1 to " + OptionsBuilder.MAX_STEPS, "are: " + times.length + " times");
    }
    double last = 1;
    for (int i = 0; i < times.length; i++) {
      if (!(times[i] >= 0 && times[i] < 1)) {
        throw broken(
            grid,
            "be in [0, 1)",
            String.format(Locale.ROOT, "have: %s at %d of %d", times[i], i, times.length));
      }
      if (times[i] >= last) {
        throw broken(
            grid,
            "fall strictly",
            String.format(Locale.ROOT, "have: %s at %d, after %s", times[i], i, last));
      }
      last = times[i];
    }
    return times;
  }

  private static PluginException broken(Settings.Named<StepGrid> grid, String rule, String found) {
    return new PluginException(
        String.format(
            Locale.ROOT,
            "the times of step grid \"%s\" must %s, but %s",
            grid.name(),
            rule,
            found));
  }
}
