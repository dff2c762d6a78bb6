package io.github.tess2.runtime.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.tess2.runtime.Goldens;
import io.github.tess2.runtime.training.Masks.Objective;
import io.github.tess2.training.Conventions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Compares the masks of adaptation with their description, over many draws of one generator. */
class MasksTest {
  private static final int DRAWS = 3000;
  private static final int LENGTH = 512;

  private final RandomGenerator random = new SplittableRandom(11);

  private boolean[] mask(Objective objective, int length) {
    return Masks.of(Conventions.Masks.ANYWHERE, objective, 0).mask(length, random);
  }

  private static int hidden(boolean[] mask) {
    int count = 0;
    for (boolean one : mask) {
      count += one ? 1 : 0;
    }
    return count;
  }

  /** Lengths of the stretches of one value. */
  private static List<Integer> stretches(boolean[] mask, boolean value) {
    List<Integer> lengths = new ArrayList<>();
    int length = 0;
    for (boolean one : mask) {
      if (one == value) {
        length++;
      } else if (length > 0) {
        lengths.add(length);
        length = 0;
      }
    }
    if (length > 0) {
      lengths.add(length);
    }
    return lengths;
  }

  @Test
  void draw_manyTimes_takesEachObjectiveEquallyOften() {
    Map<Objective, Integer> counts = new EnumMap<>(Objective.class);
    for (int i = 0; i < DRAWS; i++) {
      counts.merge(Masks.draw(Conventions.Masks.ANYWHERE, random).objective(), 1, Integer::sum);
    }
    assertThat(counts).hasSize(3);
    assertThat(counts.values()).allSatisfy(count -> assertEquallyLikely(count, DRAWS, 1 / 3.0));
  }

  @Test
  void prefix_manyTimes_keepsAnythingUpToHalf() {
    TreeMap<Integer, Integer> kept = new TreeMap<>();
    int length = 20;
    for (int i = 0; i < DRAWS; i++) {
      boolean[] mask = mask(Objective.PREFIX, length);
      assertThat(stretches(mask, true)).hasSize(1);
      assertThat(mask[length - 1]).isTrue();
      kept.merge(length - hidden(mask), 1, Integer::sum);
    }
    assertThat(kept.firstKey()).isZero();
    assertThat(kept.lastKey()).isEqualTo(length / 2);
    assertThat(kept.values()).allSatisfy(count -> assertEquallyLikely(count, DRAWS, 1 / 11.0));
  }

  @Test
  void spans_manyTimes_hideFifteenPercentInSpansOfThreeOrEight() {
    // 77 = 15 % of 512 positions: 26 spans of mean length 3, or 10 of 8.
    assertSpans(Objective.SPANS, 77, 26, 10);
  }

  @Test
  void aggressiveSpans_manyTimes_hideHalfInSpansOfThreeEightOrFortyEight() {
    // 256 = half of 512 positions: 85 spans of mean length 3, 32 of 8, or 5 of 48.
    assertSpans(Objective.AGGRESSIVE_SPANS, 256, 85, 32, 5);
  }

  private void assertSpans(Objective objective, int hidden, int... spanCounts) {
    Map<Integer, Integer> counts = new TreeMap<>();
    for (int i = 0; i < DRAWS; i++) {
      boolean[] mask = mask(objective, LENGTH);
      assertThat(hidden(mask)).isEqualTo(hidden);
      assertThat(mask[0]).as("something stays in front").isFalse();
      counts.merge(stretches(mask, true).size(), 1, Integer::sum);
    }
    assertThat(counts.keySet())
        .containsExactlyInAnyOrder(Arrays.stream(spanCounts).boxed().toArray(Integer[]::new));
    assertThat(counts.values())
        .allSatisfy(count -> assertEquallyLikely(count, DRAWS, 1.0 / spanCounts.length));
  }

  /** Five standard deviations of a binomial distribution. */
  private static void assertEquallyLikely(int count, int draws, double share) {
    assertThat((double) count)
        .isCloseTo(draws * share, within(5 * Math.sqrt(draws * share * (1 - share))));
  }

  @ParameterizedTest
  @EnumSource(Objective.class)
  void mask_anyPosition_isHiddenSometimes(Objective objective) {
    int length = 24;
    BitSet hidden = new BitSet();
    for (int i = 0; i < DRAWS; i++) {
      boolean[] mask = mask(objective, length);
      for (int at = 0; at < length; at++) {
        hidden.set(at, hidden.get(at) || mask[at]);
      }
    }
    assertThat(hidden.get(1, length).cardinality()).isEqualTo(length - 1);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5, 9})
  void mask_shortSequence_hidesAtLeastOne(int length) {
    for (Objective objective : Objective.values()) {
      for (int i = 0; i < 200; i++) {
        boolean[] mask = mask(objective, length);
        assertThat(mask).hasSize(length);
        assertThat(hidden(mask)).isPositive();
      }
    }
  }

  /** A case of the oracle. */
  private record Spans(int length, double share, int mean, List<String> masks) {
    Masks published() {
      return Masks.of(
          Conventions.Masks.PUBLISHED,
          share == 0.5 ? Objective.AGGRESSIVE_SPANS : Objective.SPANS,
          mean);
    }
  }

  private record Counts(int length, double share, int mean, int hidden, int spans) {}

  static Stream<Spans> spans() {
    return Stream.of(Goldens.named("published-masks").value("spans", Spans[].class));
  }

  static Stream<Counts> counts() {
    return Stream.of(Goldens.named("published-masks").value("counts", Counts[].class));
  }

  @ParameterizedTest
  @MethodSource("spans")
  void publishedSpans_manyTimes_areAllTheOracleHasEquallyOften(Spans expected) {
    Map<String, Integer> counts = new TreeMap<>();
    int draws = 200 * expected.masks().size();
    for (int i = 0; i < draws; i++) {
      boolean[] mask = expected.published().mask(expected.length(), random);
      StringBuilder text = new StringBuilder();
      for (boolean hidden : mask) {
        text.append(hidden ? '1' : '0');
      }
      counts.merge(text.toString(), 1, Integer::sum);
    }
    assertThat(counts.keySet()).containsExactlyInAnyOrderElementsOf(expected.masks());
    assertThat(counts.values())
        .allSatisfy(count -> assertEquallyLikely(count, draws, 1.0 / expected.masks().size()));
  }

  @ParameterizedTest
  @MethodSource("counts")
  void publishedSpans_anyLength_hideAsManyTokensAndSpansAsTheOracles(Counts expected) {
    Masks masks =
        new Spans(expected.length(), expected.share(), expected.mean(), List.of()).published();
    for (int i = 0; i < 20; i++) {
      boolean[] mask = masks.mask(expected.length(), random);
      assertThat(hidden(mask)).isEqualTo(expected.hidden());
      assertThat(stretches(mask, true)).hasSize(expected.spans());
      assertThat(mask[expected.length() - 1]).isTrue();
    }
  }

  @Test
  void publishedPrefix_manyTimes_keepsTheOraclesLengthsEquallyOften() {
    Goldens.named("published-masks")
        .value("prefix", Prefixes.class)
        .forEach(
            (length, expected) -> {
              Map<Integer, Integer> counts = new TreeMap<>();
              int total = Integer.parseInt(length);
              for (int i = 0; i < DRAWS; i++) {
                boolean[] mask =
                    Masks.of(Conventions.Masks.PUBLISHED, Objective.PREFIX, 0).mask(total, random);
                assertThat(stretches(mask, true)).hasSize(1);
                assertThat(mask[total - 1]).isTrue();
                counts.merge(total - hidden(mask), 1, Integer::sum);
              }
              assertThat(counts.keySet())
                  .as("of %s tokens", length)
                  .containsExactlyInAnyOrder(expected);
              assertThat(counts.values())
                  .allSatisfy(count -> assertEquallyLikely(count, DRAWS, 1.0 / expected.length));
            });
  }

  /** Prefixes by length of the sequence. */
  private static final class Prefixes extends HashMap<String, Integer[]> {
    private static final long serialVersionUID = 1L;
  }

  @Test
  void published_batch_hasOneMeanLength() {
    boolean several = false;
    for (int i = 0; i < 50; i++) {
      Masks masks = Masks.draw(Conventions.Masks.PUBLISHED, random);
      if (masks.objective() != Objective.PREFIX) {
        several = true;
        int spans = stretches(masks.mask(LENGTH, random), true).size();
        for (int sequence = 0; sequence < 10; sequence++) {
          assertThat(stretches(masks.mask(LENGTH, random), true)).hasSize(spans);
        }
      }
    }
    assertThat(several).isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5})
  void published_shortSequence_hidesAtLeastOne(int length) {
    for (int i = 0; i < 200; i++) {
      boolean[] mask = Masks.draw(Conventions.Masks.PUBLISHED, random).mask(length, random);
      assertThat(mask).hasSize(length);
      assertThat(hidden(mask)).isPositive();
    }
  }
}
