package io.github.tess2.runtime.generation;

import static java.util.Objects.requireNonNull;

import io.github.tess2.PluginException;
import io.github.tess2.spi.NoiseSchedule;
import java.util.Locale;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Supplier;

/** Asks a schedule for ᾱ and checks the answer, because it may be third-party code. */
public final class Schedules {
  private Schedules() {}

  /**
   * {@return ᾱ_0 … ᾱ_{T−1}}
   *
   * @param schedule the schedule
   * @param steps T
   * @throws PluginException if the schedule fails or breaks its contract
   */
  public static double[] alphasCumprod(NoiseSchedule schedule, int steps) {
    double[] alphas =
        checked(
            schedule,
            steps,
            () -> requireNonNull(schedule.alphasCumprod(steps), "its values must not be null"));
    if (alphas.length != steps) {
      throw broken(
          schedule,
          String.format(Locale.ROOT, "return %d values", steps),
          alphas.length + " values");
    }
    double last = 1;
    for (int i = 0; i < steps; i++) {
      if (!(alphas[i] > 0 && alphas[i] <= last)) {
        throw broken(
            schedule,
            "fall from at most 1 and stay above 0",
            String.format(Locale.ROOT, "%s at %d, after %s", alphas[i], i, last));
      }
      last = alphas[i];
    }
    return alphas;
  }

  /**
   * {@return ᾱ(t), each value checked when it is asked for}
   *
   * @param schedule the schedule
   * @param steps T
   * @throws PluginException if the schedule fails or breaks its contract, then or later
   */
  static DoubleUnaryOperator alphaBar(NoiseSchedule schedule, int steps) {
    DoubleUnaryOperator function =
        checked(
            schedule,
            steps,
            () -> requireNonNull(schedule.alphaBar(steps), "its ᾱ must not be null"));
    return t -> {
      double alpha = checked(schedule, steps, () -> function.applyAsDouble(t));
      if (!(alpha > 0 && alpha <= 1)) {
        throw new PluginException(
            String.format(
                Locale.ROOT,
                "alphaBar of noise schedule \"%s\" must be above 0 and at most 1, but is: %s at t = %s",
                Failures.nameOf(schedule),
                alpha,
                t));
      }
      return alpha;
    };
  }

  private static <T> T checked(NoiseSchedule schedule, int steps, Supplier<T> call) {
    try {
      return call.get();
    } catch (Throwable e) {
      PluginException.throwIfFatal(e);
      throw new PluginException(
          String.format(
              Locale.ROOT,
              "noise schedule \"%s\" failed for %d steps: %s",
              Failures.nameOf(schedule),
              steps,
              e),
          e);
    }
  }

  private static PluginException broken(NoiseSchedule schedule, String rule, String found) {
    return new PluginException(
        String.format(
            Locale.ROOT,
            "alphasCumprod of noise schedule \"%s\" must %s, but has: %s",
            Failures.nameOf(schedule),
            rule,
            found));
  }
}
