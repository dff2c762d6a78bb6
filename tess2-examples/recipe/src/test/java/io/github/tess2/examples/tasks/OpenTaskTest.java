package io.github.tess2.examples.tasks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Generators and checkers of the tasks with many right answers. */
class OpenTaskTest {
  private static final String WORDS = "words 3 begin b m";
  private static final String GRIDS = "grids 2 1___ ____ ____ ____";
  private static final String GRID = "1234\n3412\n2143\n4321";
  private static final String OTHER_GRID = "1234\n3412\n4321\n2143";
  private static final String SENTENCES = "sentences 2 king red river";
  private static final String FIRST = "The old king found an egg near the park.";
  private static final String PASSWORD = "password 10 2 3 k";
  private static final String LISTS = "lists animals 3 foods 3 e";
  private static final String TIMES = "between times 490 695 4";
  private static final String DATES = "between dates 50 100 4";
  private static final String BLANKS = "blanks 0 a=12 b=_ c=_ he=_ n=_ things=_";
  private static final String DAYS = "blanks 6 day=_ he=_ m=Eva n=_ next=_ place=_";

  private static List<Draft> draw(Family family, int count) {
    Draws draws = Draws.of(7, "test/" + family.id());
    List<Draft> drafts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      drafts.add(family.task().draw(draws));
    }
    return drafts;
  }

  static Stream<Family> open() {
    return Family.open().stream();
  }

  @Test
  void families_split_nineAndNine() {
    assertThat(Family.determined()).hasSize(9);
    assertThat(Family.open()).hasSize(9);
  }

  @ParameterizedTest
  @MethodSource("open")
  void answer_many_allRight(Family family) {
    for (Draft draft : draw(family, 500)) {
      assertThat(family.task().fault(draft.key(), draft.answer())).as("%s", draft).isNull();
    }
  }

  @ParameterizedTest
  @MethodSource("open")
  void answer_sameKey_severalAndAllRight(Family family) {
    Draws draws = Draws.of(8, "again");
    int varied = 0;
    for (Draft draft : draw(family, 50)) {
      Set<String> answers = new HashSet<>();
      for (int i = 0; i < 20; i++) {
        String answer = family.task().answer(draft.key(), draws);
        assertThat(family.task().fault(draft.key(), answer)).as("%s", answer).isNull();
        answers.add(answer);
      }
      varied += answers.size() > 1 ? 1 : 0;
    }
    assertThat(varied).isGreaterThan(40);
  }

  @ParameterizedTest
  @MethodSource("open")
  void keys_many_promptsDifferWhereKeysDo(Family family) {
    Set<String> keys = new HashSet<>();
    Set<String> prompts = new HashSet<>();
    Draws draws = Draws.of(9, "prompts");
    for (Draft draft : draw(family, 2_000)) {
      if (keys.add(draft.key())) {
        assertThat(prompts.add(family.task().prompt(draft.key(), draws))).isTrue();
      }
    }
    assertThat(keys).hasSizeGreaterThan(500);
  }

  @ParameterizedTest
  @MethodSource("open")
  void answer_ofAnotherKey_mostlyWrong(Family family) {
    List<Draft> drafts = draw(family, 300);
    int wrong = 0;
    for (int i = 1; i < drafts.size(); i++) {
      wrong += family.task().fault(drafts.get(i).key(), drafts.get(i - 1).answer()) == null ? 0 : 1;
    }
    // A few keys ask for nearly the same thing, such as a grid without givens.
    assertThat(wrong).isGreaterThan(250);
  }

  @ParameterizedTest
  @MethodSource("open")
  void answer_cut_isWrong(Family family) {
    for (Draft draft : draw(family, 30)) {
      String answer = draft.answer();
      // Further on a longer word may contain a shorter valid one, as teacher contains tea.
      for (int end = 0; end < answer.length() * 2 / 3; end++) {
        String cut = answer.substring(0, end);
        assertThat(family.task().fault(draft.key(), cut)).as("%s of %s", cut, draft).isNotNull();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("open")
  void taste_rightAnswers_betweenZeroAndOneAndVaried(Family family) {
    Set<Double> tastes = new HashSet<>();
    for (Draft draft : draw(family, 200)) {
      double taste = family.task().taste(draft.key(), draft.answer());
      assertThat(taste).isBetween(0.0, 1.0);
      tastes.add(taste);
    }
    assertThat(tastes).hasSizeGreaterThan(5);
  }

  @ParameterizedTest
  @CsvSource({
    "EQUATIONS, equations 57 2 -, '1000 - 943 = 57\n9999 - 9942 = 57'",
    "BLANKS, blanks 0 a=_ b=_ c=_ he=_ n=_ things=_, "
        + "Leo has 500 apples. Leo buys 499 more. Now he has 999 apples."
  })
  void taste_numbersLargerThanAnyDrawn_isOne(Family family, String key, String text) {
    assertThat(family.task().fault(key, text)).isNull();
    assertThat(family.task().taste(key, text)).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "'12 + 45 (00) = 57\n90 - 33 (01) = 57', -",
        "'12 + 45 = 57\n56 + 1 = 57', -",
        "'12 + 45 (00) = 57', 'there must be 2 lines, but there are: 1'",
        "'12 + 45 (00) = 57\n45 + 12 (00) = 57', "
            + "'an equation must not occur twice, but does: 45 + 12 (00) = 57'",
        "'12 + 45 (10) = 57\n56 + 01 (00) = 57', "
            + "'an equation must be true, but is: 12 + 45 (10) = 57'",
        "'12 + 46 (00) = 57\n56 + 01 (00) = 57', "
            + "'an equation must be true, but is: 12 + 46 (00) = 57'",
        "'12 + 46 (00) = 58\n56 + 01 (00) = 57', "
            + "'the result must be 57, but the line is: 12 + 46 (00) = 58'",
        "'19 x 3 = 57\n56 + 01 (00) = 57', "
            + "'a line must be a sum or a difference, but is: 19 x 3 = 57'"
      })
  void equations_text_fault(String text, String fault) {
    assertThat(Family.EQUATIONS.task().fault("equations 57 2 +-", text)).isEqualTo(fault);
  }

  @Test
  void equations_otherSign_isWrong() {
    assertThat(
            Family.EQUATIONS
                .task()
                .fault("equations 57 2 +", "12 + 45 (00) = 57\n90 - 33 (01) = 57"))
        .isEqualTo("the sign must be one of +, but the line is: 90 - 33 (01) = 57");
  }

  static Stream<Arguments> judged() {
    return Stream.of(
        Arguments.of(Family.WORDS, WORDS, "Words: ball, bean, milk", null),
        Arguments.of(Family.WORDS, WORDS, "ball, bean, milk", "the answer must begin with Words:"),
        Arguments.of(
            Family.WORDS, WORDS, "Words: ball, milk", "there must be 3 words, but there are: 2"),
        Arguments.of(
            Family.WORDS, WORDS, "Words: ball, beaan, milk", "a word must be known, but is: beaan"),
        Arguments.of(
            Family.WORDS, WORDS, "Words: ball, cat, milk", "a word must begin with one of"),
        Arguments.of(
            Family.WORDS, WORDS, "Words: bean, ball, milk", "words must be in alphabetical order"),
        Arguments.of(Family.WORDS, WORDS, "Words: ball, ball, milk", "a word must not occur twice"),
        Arguments.of(Family.WORDS, "words 2 end t", "Words: cat, goat", null),
        Arguments.of(Family.WORDS, "words 2 end t", "Words: cat, cow", "a word must end with"),
        Arguments.of(Family.GRIDS, GRIDS, GRID + "\n-\n" + OTHER_GRID, null),
        Arguments.of(Family.GRIDS, GRIDS, GRID, "there must be 2 grids"),
        Arguments.of(Family.GRIDS, GRIDS, GRID + "\n-\n" + GRID, "a grid must not occur twice"),
        Arguments.of(
            Family.GRIDS, GRIDS, GRID + "\n-\n" + "1234\n3412\n2143\n4312", "a digit must not"),
        Arguments.of(
            Family.GRIDS,
            GRIDS,
            GRID + "\n-\n" + "1234\n3412\n2143\n3421",
            "a digit must not occur twice in a row, column or box"),
        Arguments.of(
            Family.GRIDS,
            GRIDS,
            GRID + "\n-\n" + "2143\n4321\n1234\n3412",
            "the givens must not change, but do"),
        Arguments.of(
            Family.GRIDS, GRIDS, GRID + "\n-\n" + "1234\n3412\n2143\n432", "a grid must be four"),
        Arguments.of(Family.COINS, "coins 47 2 5 20", "20 (20)\n20 (40)\n05 (45)\n02 (47)", null),
        Arguments.of(Family.COINS, "coins 47 2 5 20", "2 (2)\n20 (22)\n5 (27)\n20 (47)", null),
        Arguments.of(
            Family.COINS,
            "coins 47 2 5 20",
            "20 (20)\n20 (40)\n05 (46)\n02 (47)",
            "the total must be 45, but the line is: 05 (46)"),
        Arguments.of(
            Family.COINS,
            "coins 47 2 5 20",
            "20 (20)\n20 (40)",
            "coins must make 47, but make: 40"),
        Arguments.of(
            Family.COINS,
            "coins 47 2 5 20",
            "20 (20)\n27 (47)",
            "a coin must be one of [2, 5, 20]"),
        Arguments.of(Family.COINS, "coins 47 2 5 20", "20, 20, 5, 2", "a line must be a coin"),
        Arguments.of(Family.PASSWORD, PASSWORD, "kmpuyBQR17", null),
        Arguments.of(Family.PASSWORD, PASSWORD, "ampuyBQR17", "a password must begin with k"),
        Arguments.of(
            Family.PASSWORD,
            PASSWORD,
            "kmpuyBRQ17",
            "each kind must be in rising order, none twice, but there is: RQ"),
        Arguments.of(
            Family.PASSWORD,
            PASSWORD,
            "kmmuyBQR17",
            "each kind must be in rising order, none twice, but there is: mm"),
        Arguments.of(
            Family.PASSWORD,
            PASSWORD,
            "kmpuyBQR71",
            "each kind must be in rising order, none twice, but there is: 71"),
        Arguments.of(
            Family.PASSWORD,
            PASSWORD,
            "kmBQRpuy17",
            "small letters must come first, then capitals, then digits, but it is: kmBQRpuy17"),
        Arguments.of(Family.PASSWORD, PASSWORD, "kmpuBQR17", "there must be 10 characters"),
        Arguments.of(Family.PASSWORD, PASSWORD, "kmpuBQR179", "there must be 2 digits"),
        Arguments.of(Family.PASSWORD, PASSWORD, "kmpuyzBR17", "there must be 3 capital letters"),
        Arguments.of(Family.PASSWORD, PASSWORD, "k mpuyBQR17", "a password must be letters"),
        Arguments.of(Family.LISTS, LISTS, "Animals: cat, dog, lion\nFoods: butr", "there must be"),
        Arguments.of(
            Family.LISTS, LISTS, "Animals: cat, dog, lion\nFoods: banana, milk, salt", null),
        Arguments.of(
            Family.LISTS,
            LISTS,
            "Animals: cat, dog, lion\nFoods: banana, butter, milk",
            "a word must not have the letter e, but is: butter"),
        Arguments.of(
            Family.LISTS,
            LISTS,
            "Animals: cat, dog, lion\nFoods: nut, salt, soup",
            "a first letter must not occur twice, but does: soup"),
        Arguments.of(
            Family.LISTS, LISTS, "Animals: cat, dog, lion\nFoods: banana, corn, milk", null),
        Arguments.of(
            Family.LISTS,
            LISTS,
            "Animals: cat, lion, dog\nFoods: banana, milk, salt",
            "words must be in alphabetical order, but are: lion, dog"),
        Arguments.of(
            Family.LISTS,
            LISTS,
            "Animals: cat, dog, bee\nFoods: banana, milk, salt",
            "a word must not have the letter e, but is: bee"),
        Arguments.of(
            Family.LISTS,
            LISTS,
            "Animals: cat, dog, milk\nFoods: banana, lion, salt",
            "a word must be one of the animals, but is: milk"),
        Arguments.of(
            Family.LISTS,
            LISTS,
            "Foods: banana, milk, salt\nAnimals: cat, dog, lion",
            "there must"),
        Arguments.of(Family.BETWEEN, TIMES, "08:11, 09:00, 11:30, 11:34", null),
        Arguments.of(
            Family.BETWEEN,
            TIMES,
            "08:10, 09:00, 11:30, 11:34",
            "it must be after 08:10 and before 11:35, but is: 08:10"),
        Arguments.of(Family.BETWEEN, TIMES, "08:11, 09:00, 09:00, 11:34", "each must be later"),
        Arguments.of(
            Family.BETWEEN, TIMES, "08:11, 09:60, 11:30, 11:34", "it must be a time such as 08:10"),
        Arguments.of(Family.BETWEEN, TIMES, "08:11, 09:00, 11:34", "there must be 4 times"),
        Arguments.of(Family.BETWEEN, DATES, "February 20, February 28, March 31, April 9", null),
        Arguments.of(
            Family.BETWEEN,
            DATES,
            "February 20, February 29, March 31, April 9",
            "it must be a time such as 08:10 or a date such as March 5"),
        Arguments.of(
            Family.BETWEEN, DATES, "February 20, March 31, March 1, April 9", "each must be later"),
        Arguments.of(
            Family.BETWEEN,
            DATES,
            "February 20, March 1, March 31, April 10",
            "it must be after February 19 and before April 10, but is: April 10"),
        Arguments.of(
            Family.SENTENCES,
            SENTENCES,
            FIRST.replace("an egg", "a bell") + " The cat took a red ball near the river.",
            null),
        Arguments.of(
            Family.SENTENCES,
            SENTENCES,
            FIRST + " The cat took a red ball near the river.",
            "a word must fit its place in the sentence, but is: egg"),
        Arguments.of(
            Family.SENTENCES,
            SENTENCES,
            "The old king found a bell.",
            "there must be 2 sentences, but there are: 1"),
        Arguments.of(
            Family.SENTENCES,
            SENTENCES,
            "The king found a bell near the park. The cat took red ball near the river.",
            "a sentence must read as"),
        Arguments.of(
            Family.SENTENCES,
            SENTENCES,
            "The king found an bell near the park. The cat took a red ball near the river.",
            "the article must be a before: bell"),
        Arguments.of(
            Family.SENTENCES,
            SENTENCES,
            "The king found a ball near the park. The cat took a red ball near the river.",
            "a word must not occur twice, but does: ball"),
        Arguments.of(
            Family.SENTENCES,
            SENTENCES,
            "The cat took a red ball near the river. The king found a bell near the park.",
            "the words must be in the given order, but one is not: red"),
        Arguments.of(
            Family.BLANKS,
            BLANKS,
            "Ann has 12 apples. Wrong buys 25 more. Now she has 37 apples.",
            "two blanks must agree, but hold: Ann, Wrong"),
        Arguments.of(
            Family.BLANKS, BLANKS, "Ann has 12 keys. Ann buys 25 more. Now she has 37 keys.", null),
        Arguments.of(
            Family.BLANKS,
            BLANKS,
            "Ann has 12 keys. Ann buys 25 more. Now he has 37 keys.",
            "a blank must have a word that fits, but has: he"),
        Arguments.of(
            Family.BLANKS,
            BLANKS,
            "Ann has 12 keys. Ann buys 25 more. Now she has 38 keys.",
            "numbers must fit, but are: 12, 25, 38"),
        Arguments.of(
            Family.BLANKS,
            BLANKS,
            "Ann has 13 keys. Ann buys 25 more. Now she has 38 keys.",
            "a given value must be kept, but is: 13"),
        Arguments.of(
            Family.BLANKS,
            BLANKS,
            "Ann has 12 keys. Ann buys 25 more. Today she has 37 keys.",
            "the text around the blanks must be kept"),
        Arguments.of(
            Family.BLANKS,
            DAYS,
            "On Sunday Ann was at the zoo. On Monday she left the zoo with Eva.",
            null),
        Arguments.of(
            Family.BLANKS,
            DAYS,
            "On Sunday Ann was at the zoo. On Tuesday she left the zoo with Eva.",
            "the second day must be the day after the first, but is: Tuesday"),
        Arguments.of(
            Family.BLANKS,
            DAYS,
            "On Sunday Eva was at the zoo. On Monday she left the zoo with Eva.",
            "two people must have two names, but have: Eva"));
  }

  @ParameterizedTest
  @MethodSource("judged")
  void fault_text_saysWhatIsWrong(Family family, String key, String text, String fault) {
    String found = family.task().fault(key, text);
    if (fault == null) {
      assertThat(found).isNull();
    } else {
      assertThat(found).startsWith(fault);
    }
  }

  @Test
  void preferences_many_chosenIsRightAndRejectedIsWrongOrLessToTheTaste() {
    TaskSplit split = TaskSplit.drawOpen(1, 90, 0);
    int byTaste = 0;
    List<PreferencePair> pairs =
        Stream.generate(split.trainingPreferences(1)).limit(2_000).toList();
    for (PreferencePair pair : pairs) {
      TaskItem item = pair.item();
      assertThat(item.fault(pair.chosen())).as("%s", pair).isNull();
      if (pair.flaw() == Flaw.TASTE) {
        byTaste++;
        assertThat(item.fault(pair.rejected())).as("%s", pair).isNull();
        assertThat(item.taste(pair.chosen())).isGreaterThan(item.taste(pair.rejected()));
      } else {
        assertThat(item.fault(pair.rejected())).as("%s", pair).isNotNull();
      }
    }
    assertThat(byTaste).isBetween(700, 1_050);
  }

  @Test
  void split_open_keepsKeysAndPromptsOut() {
    TaskSplit split = TaskSplit.drawOpen(1, 1_008, 504);
    Set<String> keys = new HashSet<>();
    Set<String> prompts = new HashSet<>();
    for (TaskItem item : split.heldOut()) {
      assertThat(keys.add(item.key())).isTrue();
      prompts.add(TaskItem.normalise(item.prompt()));
    }
    split.guidance().forEach(item -> assertThat(keys.add(item.key())).isTrue());
    Stream.generate(split.training(1))
        .limit(20_000)
        .forEach(
            item -> {
              assertThat(keys).doesNotContain(item.key());
              assertThat(prompts).doesNotContain(TaskItem.normalise(item.prompt()));
            });
    for (Family family : Family.open()) {
      assertThat(split.heldOut()).filteredOn(item -> item.family() == family).hasSize(112);
    }
  }
}
