package io.github.tess2.examples.tasks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class PreferencePairTest {
  private static List<PreferencePair> pairs;
  private static TaskSplit split;

  @BeforeAll
  static void draw() {
    split = TaskSplit.draw(1, 90, 0, 0);
    pairs = Stream.generate(split.trainingPreferences(1)).limit(20_000).toList();
  }

  @Test
  void draw_any_chosenIsRight() {
    assertThat(pairs).allMatch(pair -> pair.item().check().isRight(pair.chosen()));
  }

  @Test
  void draw_any_rejectedDiffersInMoreThanBlanks() {
    assertThat(pairs)
        .noneMatch(
            pair ->
                pair.rejected().isBlank()
                    || TaskItem.normalise(pair.rejected())
                        .equals(TaskItem.normalise(pair.chosen())));
  }

  @Test
  void draw_nearMiss_rejectedIsWrong() {
    assertThat(pairs)
        .filteredOn(pair -> pair.flaw() == Flaw.NEAR_MISS)
        .noneMatch(pair -> pair.item().check().isRight(pair.rejected()));
  }

  @Test
  void draw_truncated_rejectedIsAStartOfTheChosen() {
    assertThat(pairs)
        .filteredOn(pair -> pair.flaw() == Flaw.TRUNCATED)
        .allMatch(pair -> pair.chosen().startsWith(pair.rejected()));
  }

  @Test
  void draw_trailing_rejectedContinuesTheChosen() {
    assertThat(pairs)
        .filteredOn(pair -> pair.flaw() == Flaw.TRAILING)
        .allMatch(pair -> pair.rejected().startsWith(pair.chosen() + " "));
  }

  @Test
  void draw_conversionWithMissingPart_unitOrNumberIsGone() {
    assertThat(pairs)
        .filteredOn(
            pair ->
                pair.flaw() == Flaw.MISSING_PART && pair.item().family() == Family.CONVERT_UNITS)
        .isNotEmpty()
        .allMatch(pair -> pair.rejected().matches("\\d+|[a-z]+"));
  }

  @Test
  void draw_countWithMissingPart_onlyTheCountIsLeft() {
    assertThat(counts(Flaw.MISSING_PART))
        .isNotEmpty()
        .allMatch(pair -> pair.chosen().endsWith(" = " + pair.rejected()));
  }

  @Test
  void draw_countNearMiss_countsTheSameWordToAnotherResult() {
    assertThat(counts(Flaw.NEAR_MISS))
        .isNotEmpty()
        .allMatch(
            pair ->
                pair.rejected().matches("([a-z]\\d+)+ = \\d+")
                    && pair.rejected().split(" ", 2)[0].equals(pair.chosen().split(" ", 2)[0]));
  }

  private static List<PreferencePair> counts(Flaw flaw) {
    return pairs.stream()
        .filter(pair -> pair.flaw() == flaw && pair.item().family() == Family.COUNT_LETTERS)
        .toList();
  }

  @Test
  void draw_many_everyFamilyHasSeveralFlaws() {
    Map<Family, Set<Flaw>> seen = new EnumMap<>(Family.class);
    for (PreferencePair pair : pairs) {
      seen.computeIfAbsent(pair.item().family(), family -> EnumSet.noneOf(Flaw.class))
          .add(pair.flaw());
    }
    assertThat(seen).containsOnlyKeys(Family.determined());
    assertThat(seen.values())
        .allSatisfy(flaws -> assertThat(flaws).contains(Flaw.NEAR_MISS).hasSizeGreaterThan(2));
  }

  @Test
  void draw_sameSeed_samePairs() {
    assertThat(Stream.generate(split.trainingPreferences(1)).limit(500))
        .isEqualTo(pairs.subList(0, 500));
  }

  @Test
  void draw_many_noneIsAboutAnItemKeptOut() {
    assertThat(pairs).noneMatch(pair -> split.isKeptOut(pair.item().key(), pair.item().prompt()));
  }
}
