package io.github.tess2.guidance;

import ai.djl.ndarray.NDArray;
import com.google.auto.service.AutoService;
import io.github.tess2.spi.Guidance;
import io.github.tess2.spi.Option;
import io.github.tess2.spi.OptionValues;
import io.github.tess2.spi.Reward;
import io.github.tess2.spi.RewardInput;
import io.github.tess2.spi.RewardProvider;
import java.util.List;
import java.util.Locale;

/**
 * {@code answer-length}: the logarithm of the probability that the answer has at least {@code min}
 * and at most {@code max} tokens before its end. With eᵢ the probability of the end-of-sequence
 * token at position i and {@code Sᵢ = Π_{j<i}(1 − eⱼ)}, the reward is {@code log Σ Sᵢ·eᵢ} over i
 * from {@code min} to {@code max}. S_G, the probability that the answer fills all G positions,
 * counts as length G. Does not apply to infills.
 */
public final class AnswerLength implements Reward {
  private final int min;
  private final int max;

  private AnswerLength(int min, int max) {
    if (min < 0 || max < min) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "answer length must have 0 <= min <= max, but is: %d to %d", min, max));
    }
    this.min = min;
    this.max = max;
  }

  /**
   * {@return the reward}
   *
   * @param min minimum number of tokens, from 0
   * @param max maximum number of tokens, at least {@code min}
   */
  public static AnswerLength of(int min, int max) {
    return new AnswerLength(min, max);
  }

  @Override
  public void check(Guidance.Request request) {
    if (!request.endsAtEos()) {
      throw new IllegalArgumentException(
          "answer-length must guide an answer that ends by itself, but guides: an infill");
    }
    int generated = request.positions().length();
    if (min > generated) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "answer-length's min must be at most the %d tokens of the request's length, but is: %d",
              generated,
              min));
    }
  }

  @Override
  public NDArray score(RewardInput input) {
    NDArray end = input.endProbabilities();
    int generated = (int) end.getShape().get(1);
    NDArray none = Likelihood.none(end);
    NDArray lengths = none.get(":, :-1").mul(end).concat(none.get(":, -1:"), 1);
    int behind = (int) Math.min(generated + 1L, max + 1L);
    NDArray allowed = lengths.get(":, {}:{}", min, behind);
    return Likelihood.log(allowed.sum(new int[] {1}));
  }

  /** Provides {@link AnswerLength} by name. */
  @AutoService(RewardProvider.class)
  public static final class Provider implements RewardProvider {
    private static final Option<Integer> MIN =
        Option.integer("min", 0, Integer.MAX_VALUE, "minimum number of tokens").or(0);
    private static final Option<Integer> MAX =
        Option.integer("max", 0, Integer.MAX_VALUE, "maximum number of tokens")
            .or(Integer.MAX_VALUE);

    /** For {@link java.util.ServiceLoader}. */
    public Provider() {}

    @Override
    public String name() {
      return "answer-length";
    }

    @Override
    public List<Option<?>> options() {
      return List.of(MIN, MAX);
    }

    @Override
    public Reward create(OptionValues options) {
      return of(options.get(MIN), options.get(MAX));
    }
  }
}
