package io.github.tess2.guidance;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableSet;
import com.google.common.primitives.ImmutableIntArray;
import io.github.tess2.Tokenizer;
import io.github.tess2.spi.Guidance;
import io.github.tess2.spi.RewardInput;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Converts words to token sequences, and computes their probabilities at each position of an
 * answer.
 */
final class Words {
  private Words() {}

  /**
   * {@return the token sequences that a word may appear as: at the beginning, after a word, or
   * after a line break}
   */
  static ImmutableSet<ImmutableIntArray> spellings(Tokenizer tokenizer, String word) {
    ImmutableSet.Builder<ImmutableIntArray> spellings = ImmutableSet.builder();
    spellings.add(tokenizer.encode(word));
    for (String before : List.of("a", "\n")) {
      ImmutableIntArray head = tokenizer.encode(before);
      ImmutableIntArray whole = tokenizer.encode(before.equals("a") ? "a " + word : before + word);
      if (startsWith(whole, head) && whole.length() > head.length()) {
        spellings.add(whole.subArray(head.length(), whole.length()).trimmed());
      }
    }
    return spellings.build();
  }

  private static boolean startsWith(ImmutableIntArray whole, ImmutableIntArray head) {
    return whole.length() >= head.length() && whole.subArray(0, head.length()).equals(head);
  }

  /**
   * Checks that an answer has room for each of the words.
   *
   * @throws IllegalArgumentException if there is no room for one of them
   */
  static void requireRoom(Guidance.Request request, List<String> words) {
    words.forEach(word -> requireRoomForAny(request, List.of(word)));
  }

  /**
   * Checks that an answer has room for at least one of the words.
   *
   * @throws IllegalArgumentException if there is room for none of them
   */
  static void requireRoomForAny(Guidance.Request request, List<String> words) {
    int longest = longestStretch(request.positions());
    int shortest =
        words.stream()
            .flatMap(word -> spellings(request.tokenizer(), word).stream())
            .mapToInt(ImmutableIntArray::length)
            .min()
            .orElseThrow();
    if (shortest > longest) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "words must fit into the answer's %d tokens, but %s take at least: %d",
              longest,
              words,
              shortest));
    }
  }

  private static int longestStretch(ImmutableIntArray positions) {
    int longest = 1;
    int stretch = 1;
    for (int i = 1; i < positions.length(); i++) {
      stretch = positions.get(i) == positions.get(i - 1) + 1 ? stretch + 1 : 1;
      longest = Math.max(longest, stretch);
    }
    return longest;
  }

  /**
   * Computes the probability that one of several words begins at each position.
   *
   * @param input what the reward sees
   * @param words the words
   * @return {@code [B,G]}, at most 1; 0 where there is no room
   */
  static NDArray beginning(RewardInput input, List<String> words) {
    ImmutableSet.Builder<ImmutableIntArray> all = ImmutableSet.builder();
    words.forEach(word -> all.addAll(spellings(input.tokenizer(), word)));
    return sequences(input, all.build());
  }

  /**
   * Computes the probability that one of several token sequences begins at each position, {@code
   * [B,G]}.
   */
  static NDArray sequences(RewardInput input, ImmutableSet<ImmutableIntArray> sequences) {
    NDArray total = null;
    for (ImmutableIntArray sequence : sequences) {
      NDArray one = sequence(input, sequence);
      if (one != null) {
        total = total == null ? one : total.add(one);
      }
    }
    if (total == null) {
      // Zeros that still depend on p, because every score must have a gradient.
      int any = sequences.iterator().next().get(0);
      return input.probabilitiesOf(any).squeeze(-1).mul(0);
    }
    // Two spellings with the same beginning may both count what they share.
    return total.minimum(1);
  }

  private static @Nullable NDArray sequence(RewardInput input, ImmutableIntArray tokens) {
    ImmutableIntArray positions = input.positions();
    int starts = positions.length() - tokens.length() + 1;
    if (starts <= 0) {
      return null;
    }
    int[] distinct = tokens.stream().distinct().toArray();
    NDArray p = input.probabilitiesOf(distinct);
    NDArray together = null;
    for (int i = 0; i < tokens.length(); i++) {
      int column = ImmutableIntArray.copyOf(distinct).indexOf(tokens.get(i));
      NDArray one = p.get(":, {}:{}, {}", i, i + starts, column);
      together = together == null ? one : together.mul(one);
    }
    float[] adjoining = new float[starts];
    for (int i = 0; i < starts; i++) {
      int last = i + tokens.length() - 1;
      adjoining[i] = positions.get(last) - positions.get(i) == last - i ? 1 : 0;
    }
    NDArray begun = requireNonNull(together).mul(input.manager().create(adjoining));
    return tokens.length() == 1
        ? begun
        : begun.concat(
            input.manager().zeros(new Shape(begun.getShape().get(0), tokens.length() - 1)), 1);
  }
}
