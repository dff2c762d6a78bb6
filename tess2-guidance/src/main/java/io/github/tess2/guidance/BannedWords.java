package io.github.tess2.guidance;

import ai.djl.ndarray.NDArray;
import com.google.auto.service.AutoService;
import com.google.common.collect.ImmutableList;
import io.github.tess2.spi.Option;
import io.github.tess2.spi.OptionValues;
import io.github.tess2.spi.Reward;
import io.github.tess2.spi.RewardInput;
import io.github.tess2.spi.RewardProvider;
import java.util.List;

/**
 * {@code banned-words}: the logarithm of the probability that the answer contains none of some
 * words before it ends: that it ends before one of them begins, or neither happens. With qᵢ the
 * probability that one begins at position i, eᵢ that of the end and {@code Sᵢ = Π_{j<i}(1 − qⱼ −
 * eⱼ)}, {@code log(S_G + Σᵢ Sᵢ·eᵢ)}. A word that has no room in the answer is in none: log 1.
 */
public final class BannedWords implements Reward {
  private final ImmutableList<String> words;

  private BannedWords(List<String> words) {
    this.words = Checks.words(words);
  }

  /**
   * {@return the reward}
   *
   * @param words at least one, none blank
   */
  public static BannedWords of(String... words) {
    return new BannedWords(List.of(words));
  }

  @Override
  public NDArray score(RewardInput input) {
    NDArray word = Words.beginning(input, words);
    if (!input.endsAtEos()) {
      return Likelihood.log(neither(word));
    }
    NDArray end = Likelihood.end(input);
    NDArray either = word.add(end);
    return Likelihood.log(Likelihood.first(end, either).add(neither(either)));
  }

  private static NDArray neither(NDArray event) {
    return Likelihood.none(event).get(":, -1");
  }

  /** Finds {@link BannedWords} by name. */
  @AutoService(RewardProvider.class)
  public static final class Provider implements RewardProvider {
    private static final Option<ImmutableList<String>> WORDS =
        Option.texts("words", "the words that the answer shall not contain");

    /** For {@link java.util.ServiceLoader}. */
    public Provider() {}

    @Override
    public String name() {
      return "banned-words";
    }

    @Override
    public List<Option<?>> options() {
      return List.of(WORDS);
    }

    @Override
    public Reward create(OptionValues options) {
      return new BannedWords(options.get(WORDS));
    }
  }
}
