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
 * {@code banned-words}: the logarithm of the probability that none of the given words occurs before
 * the answer ends: either the answer ends before any of them begins, or neither happens. With qᵢ
 * the probability that a word begins at position i, eᵢ that of the end and {@code Sᵢ = Π_{j<i}(1 −
 * qⱼ − eⱼ)}, the reward is {@code log(S_G + Σᵢ Sᵢ·eᵢ)}. A word that is too long for the answer
 * cannot occur in it and contributes log 1.
 */
public final class BannedWords implements Reward {
  private final ImmutableList<String> words;

  private BannedWords(List<String> words) {
    this.words = WordLists.words(words);
  }

  /**
   * {@return the reward}
   *
   * @param words the words, at least one, none blank
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
    NDArray end = input.endProbabilities();
    NDArray either = word.add(end);
    return Likelihood.log(Likelihood.first(end, either).add(neither(either)));
  }

  private static NDArray neither(NDArray event) {
    return Likelihood.none(event).get(":, -1");
  }

  /** Provides {@link BannedWords} by name. */
  @AutoService(RewardProvider.class)
  public static final class Provider implements RewardProvider {
    private static final Option<List<String>> WORDS =
        Option.texts("words", "words that the answer must not contain");

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
