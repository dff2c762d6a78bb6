package io.github.tess2.examples.tasks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.tess2.Tess2Exception;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class TaskSplitTest {
  private static TaskSplit split;
  private static List<TaskItem> keptOut;
  private static List<TaskItem> training;

  @BeforeAll
  static void draw() {
    split = TaskSplit.draw(1, 1_080, 504, 500);
    keptOut = Stream.concat(split.heldOut().stream(), split.guidance().stream()).toList();
    training = Stream.generate(split.training(1)).limit(50_000).toList();
  }

  @Test
  void heldOut_default_isBalancedOverTheFamilies() {
    Map<Family, Long> counts =
        split.heldOut().stream()
            .collect(Collectors.groupingBy(TaskItem::family, Collectors.counting()));
    assertThat(counts).containsOnlyKeys(Family.determined());
    assertThat(counts.values()).allMatch(count -> count == 120);
  }

  @Test
  void keptOut_all_haveTheirOwnKeyPromptAndId() {
    assertThat(keptOut).extracting(TaskItem::key).doesNotHaveDuplicates();
    assertThat(keptOut).extracting(TaskItem::id).doesNotHaveDuplicates();
    assertThat(keptOut)
        .extracting(item -> TaskItem.normalise(item.prompt()))
        .doesNotHaveDuplicates();
    assertThat(split.infill()).extracting(InfillItem::key).doesNotHaveDuplicates();
  }

  @Test
  void training_many_holdsNoPromptKeptOut() {
    Set<String> prompts =
        keptOut.stream().map(item -> TaskItem.normalise(item.prompt())).collect(Collectors.toSet());
    assertThat(training).noneMatch(item -> prompts.contains(TaskItem.normalise(item.prompt())));
  }

  @Test
  void training_many_holdsNothingKeptOutInOtherWords() {
    Set<String> keys = keptOut.stream().map(TaskItem::key).collect(Collectors.toSet());
    split.infill().forEach(item -> keys.add(item.key()));
    assertThat(training).noneMatch(item -> keys.contains(item.key()));
  }

  @Test
  void training_many_asksNoSumKeptOutInAnyWording() {
    // Read from the prompts, not from the keys.
    Set<Set<String>> sums = new HashSet<>();
    keptOut.stream()
        .filter(item -> item.family() == Family.ARITHMETIC)
        .filter(item -> isSum(item.prompt()))
        .forEach(item -> sums.add(numbers(item.prompt())));
    assertThat(sums).hasSizeGreaterThan(30);
    assertThat(training)
        .filteredOn(item -> item.family() == Family.ARITHMETIC && isSum(item.prompt()))
        .noneMatch(item -> sums.contains(numbers(item.prompt())));
  }

  private static boolean isSum(String prompt) {
    return Pattern.compile("\\+|plus|sum|Add").matcher(prompt).find();
  }

  private static Set<String> numbers(String prompt) {
    return Pattern.compile("\\d+")
        .matcher(prompt)
        .results()
        .map(found -> found.group())
        .collect(Collectors.toSet());
  }

  @Test
  void training_many_followsTheShares() {
    Map<Family, Long> counts =
        training.stream().collect(Collectors.groupingBy(TaskItem::family, Collectors.counting()));
    // Shares of 4 and 1 in 20, within six standard deviations.
    assertThat(counts.get(Family.ARITHMETIC)).isBetween(9_460L, 10_540L);
    assertThat(counts.get(Family.SUDOKU)).isBetween(2_207L, 2_793L);
  }

  @Test
  void training_sameSeed_sameItems() {
    assertThat(Stream.generate(split.training(1)).limit(1_000))
        .isEqualTo(training.subList(0, 1_000));
  }

  @Test
  void training_otherSeed_otherItems() {
    assertThat(Stream.generate(split.training(2)).limit(100))
        .isNotEqualTo(training.subList(0, 100));
  }

  @Test
  void training_onlyOneShare_onlyThatFamily() {
    Supplier<TaskItem> sudokus = split.training(1, Map.of(Family.SUDOKU, 1));
    assertThat(Stream.generate(sudokus).limit(50)).allMatch(item -> item.family() == Family.SUDOKU);
  }

  @Test
  void training_sharesAllZero_isRefused() {
    assertThatThrownBy(() -> split.training(1, Map.of(Family.SUDOKU, 0)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("shares must not all be zero, but are: {SUDOKU=0}");
  }

  @Test
  void training_negativeShare_isRefused() {
    assertThatThrownBy(() -> split.training(1, Map.of(Family.SUDOKU, -1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("share of sudoku-4x4 must be zero or more, but is: -1");
  }

  @Test
  void draw_sameSeed_sameSplit() {
    TaskSplit again = TaskSplit.draw(1, 1_080, 504, 500);
    assertThat(again.heldOut()).isEqualTo(split.heldOut());
    assertThat(again.guidance()).isEqualTo(split.guidance());
    assertThat(again.infill()).isEqualTo(split.infill());
  }

  @Test
  void draw_onAnyMachine_theseItems() {
    // Recorded once, so that a different JVM or a careless change to the draws is noticed.
    assertThat(split.heldOut().stream().limit(4).map(TaskItem::prompt))
        .containsExactly(
            "813 - 5 = ?",
            "Dan puts 54 balls into 6 baskets equally. How many balls are in each basket?",
            "Put these words in alphabetical order: farm small bell road train",
            "Reverse the order of these words: butter friend bottle white swim early");
    assertThat(split.heldOut().toString().hashCode()).isEqualTo(-1581408251);
    assertThat(training.subList(0, 10_000).toString().hashCode()).isEqualTo(252281104);
  }

  @Test
  void draw_negativeSize_isRefused() {
    assertThatThrownBy(() -> TaskSplit.draw(1, -1, 0, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("held-out must be zero or more, but is: -1");
  }

  @Test
  void draw_moreThanThereAre_isRefused() {
    assertThatThrownBy(() -> TaskSplit.draw(1, 100_000, 0, 0))
        .isInstanceOf(Tess2Exception.class)
        .hasMessage("held-out must not exceed the number of different items, but is: 100000");
  }

  @Test
  void trainingText_many_holdsNoTextKeptOut() {
    Set<String> texts =
        split.infill().stream()
            .map(item -> TaskItem.normalise(item.text()))
            .collect(Collectors.toSet());
    List<String> prompts =
        keptOut.stream().map(TaskItem::prompt).filter(prompt -> prompt.length() > 25).toList();
    assertThat(prompts).hasSizeGreaterThan(1_000);
    List<String> lines = Stream.generate(split.trainingText(1, List.of())).limit(3_000).toList();
    assertThat(lines).noneMatch(line -> texts.contains(TaskItem.normalise(line)));
    assertThat(lines).noneMatch(line -> prompts.stream().anyMatch(line::contains));
  }

  @Test
  void trainingText_realTexts_areMixedIn() {
    List<String> lines =
        Stream.generate(split.trainingText(1, List.of("A real one."))).limit(2_000).toList();
    assertThat(lines.stream().filter("A real one."::equals).count()).isBetween(200L, 400L);
  }

  @Test
  void trainingText_realTextWithAPromptKeptOut_isLeftOut() {
    String leak = "He asked: " + split.heldOut().get(1).prompt() + " I do not know.";
    List<String> lines =
        Stream.generate(split.trainingText(1, List.of("A real one.", leak))).limit(500).toList();
    assertThat(lines).contains("A real one.").doesNotContain(leak);
  }

  @Test
  void keptOut_smallFamilies_leavesMostOfThemToTraining() {
    // If too many products were kept out, the rest would be too few to learn from.
    List<String> products =
        IntStream.rangeClosed(2, 99)
            .boxed()
            .flatMap(a -> IntStream.rangeClosed(2, 9).mapToObj(b -> product(a, b)))
            .distinct()
            .toList();
    assertThat(products.stream().filter(key -> split.isKeptOut(key, "")).count())
        .isBetween(1L, products.size() / 8L);
  }

  private static String product(int a, int b) {
    return new Equation(a, Equation.Operation.MULTIPLY, b).key();
  }

  @Test
  void training_many_everyFactIsLeftInSomeWording() {
    Supplier<TaskItem> items = split.training(1, Map.of(Family.FILL_BLANK, 1));
    Set<String> words =
        Stream.generate(items)
            .limit(20_000)
            .filter(item -> item.key().startsWith("fact "))
            .map(item -> Set.copyOf(List.of(item.answer().split("\\W+", -1))))
            .flatMap(all -> all.stream().flatMap(a -> all.stream().map(b -> a + "/" + b)))
            .collect(Collectors.toSet());
    assertThat(Lexicon.lines("facts.txt"))
        .filteredOn(line -> !line.startsWith("[") && !line.startsWith("="))
        .flatExtracting(line -> List.of(line.split(" ", -1)))
        .hasSizeGreaterThan(90)
        .allMatch(words::contains);
  }

  @Test
  void trainingInfill_many_holdsNothingKeptOut() {
    Set<String> texts = split.infill().stream().map(InfillItem::text).collect(Collectors.toSet());
    assertThat(Stream.generate(split.trainingInfill(1)).limit(20_000))
        .noneMatch(item -> texts.contains(item.text()));
  }

  @Test
  void infill_withoutRight_keepsAllButTheTextAfter() {
    InfillItem item = split.infill().get(0);
    InfillItem cut = item.withoutRight();
    assertThat(item.after()).isNotEmpty();
    assertThat(cut.after()).isEmpty();
    assertThat(cut.before() + cut.blank() + item.after()).isEqualTo(item.text());
    assertThat(cut.check().isRight(item.blank().strip())).isTrue();
    assertThat(cut.check().isRight("nothing")).isFalse();
  }
}
