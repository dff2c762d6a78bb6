package io.github.tess2.guidance;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import com.google.auto.service.AutoService;
import com.google.common.collect.ImmutableList;
import io.github.tess2.spi.Guidance;
import io.github.tess2.spi.Option;
import io.github.tess2.spi.OptionValues;
import io.github.tess2.spi.Reward;
import io.github.tess2.spi.RewardInput;
import io.github.tess2.spi.RewardProvider;
import java.util.List;

/**
 * {@code wanted-words}: the logarithm of the probability that the answer contains all of the given
 * words, or any of them, before it ends. With qᵢ the probability that a word begins at position i
 * and eᵢ that of the end, the reward is {@code log Σᵢ qᵢ·Π_{j<i}(1 − qⱼ − eⱼ)}. If all words are
 * wanted, it is summed over the words.
 */
public final class WantedWords implements Reward {
  private final ImmutableList<String> words;
  private final boolean all;

  private WantedWords(List<String> words, boolean all) {
    this.words = WordLists.words(words);
    this.all = all;
  }

  /**
   * {@return the reward for all of the words}
   *
   * @param words the words, at least one, none blank
   */
  public static WantedWords all(String... words) {
    return new WantedWords(List.of(words), true);
  }

  /**
   * {@return the reward for any of the words}
   *
   * @param words the words, at least one, none blank
   */
  public static WantedWords any(String... words) {
    return new WantedWords(List.of(words), false);
  }

  @Override
  public void check(Guidance.Request request) {
    if (all) {
      Words.requireRoom(request, words);
    } else {
      Words.requireRoomForAny(request, words);
    }
  }

  @Override
  public NDArray score(RewardInput input) {
    if (!all) {
      return score(input, words);
    }
    NDArray sum = null;
    for (String word : words) {
      NDArray one = score(input, List.of(word));
      sum = sum == null ? one : sum.add(one);
    }
    return requireNonNull(sum);
  }

  private static NDArray score(RewardInput input, List<String> alternatives) {
    NDArray word = Words.beginning(input, alternatives);
    NDArray either = input.endsAtEos() ? word.add(input.endProbabilities()) : word;
    return Likelihood.log(Likelihood.first(word, either));
  }

  /** Provides {@link WantedWords} by name. */
  @AutoService(RewardProvider.class)
  public static final class Provider implements RewardProvider {
    private static final Option<List<String>> WORDS =
        Option.texts("words", "words that the answer should contain");
    private static final Option<Mode> MODE =
        Option.oneOf("mode", Mode.class, "whether all of the words are wanted or any one of them")
            .or(Mode.ALL);

    private enum Mode {
      ALL,
      ANY
    }

    /** For {@link java.util.ServiceLoader}. */
    public Provider() {}

    @Override
    public String name() {
      return "wanted-words";
    }

    @Override
    public List<Option<?>> options() {
      return List.of(WORDS, MODE);
    }

    @Override
    public Reward create(OptionValues options) {
      return new WantedWords(options.get(WORDS), options.get(MODE) == Mode.ALL);
    }
  }
}
