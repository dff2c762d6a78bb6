package io.github.tess2.runtime.sampler;

import com.google.common.primitives.ImmutableIntArray;
import io.github.tess2.spi.MaskedStep;
import io.github.tess2.spi.Option;
import io.github.tess2.spi.OptionValues;
import java.util.List;
import java.util.function.IntToDoubleFunction;

/**
 * The options that Dream's samplers share (arXiv 2508.15487).
 *
 * @param topK how many of the likeliest tokens a token is drawn from; 0 for all
 * @param algTemp if 0, the most confident positions are committed; otherwise positions are drawn in
 *     proportion to softmax(confidence / algTemp)
 * @param eps the time at which the schedule ends
 */
record DreamOptions(int topK, double algTemp, double eps) {
  private static final double EPS = 1e-3;

  static final Option<Integer> TOP_K =
      Option.integer(
              "top-k",
              0,
              Integer.MAX_VALUE,
              "how many of the likeliest tokens to draw from; 0 for all")
          .or(0);
  private static final Option<Double> ALG_TEMP =
      Option.number(
              "alg-temp",
              0,
              1e6,
              "0 keeps the most confident positions; above 0 they are drawn by confidence")
          .or(0.0);
  static final Option<Double> LAST_TIME =
      Option.number("eps", 0, 0.999, "the time at which the schedule ends").or(EPS);

  static final List<Option<?>> ALL = List.of(TOP_K, ALG_TEMP, LAST_TIME);

  static final DreamOptions DEFAULT = new DreamOptions(0, 0, EPS);

  static DreamOptions of(OptionValues values) {
    return new DreamOptions(values.get(TOP_K), values.get(ALG_TEMP), values.get(LAST_TIME));
  }

  boolean commits(int step, int total, int open) {
    return new DreamSchedule(total, eps).count(step, open) > 0;
  }

  ImmutableIntArray commit(MaskedStep step, IntToDoubleFunction confidence) {
    int count = new DreamSchedule(step.total(), eps).count(step.step(), step.open().length());
    IntToDoubleFunction rank =
        algTemp == 0
            ? confidence
            // The rows with the greatest of these values are a draw without replacement.
            : row ->
                confidence.applyAsDouble(row) / algTemp - Math.log(-Math.log(step.uniform(row)));
    return Surest.of(step.open(), step.rows(), count, rank);
  }
}
