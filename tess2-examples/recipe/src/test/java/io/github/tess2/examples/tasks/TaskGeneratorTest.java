package io.github.tess2.examples.tasks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Computes the answers again here, from the prompt alone. */
class TaskGeneratorTest {
  private static final int MANY = 2_000;

  private static List<Draft> draw(Family family) {
    Draws draws = Draws.of(11, "test");
    return Stream.generate(() -> TaskGenerator.of(family).draw(draws)).limit(MANY).toList();
  }

  private static List<Integer> numbers(String text) {
    return Pattern.compile("\\d+")
        .matcher(text)
        .results()
        .map(MatchResult::group)
        .map(Integer::valueOf)
        .toList();
  }

  @ParameterizedTest
  @EnumSource(Family.class)
  void draw_sameSeed_sameItems(Family family) {
    assertThat(draw(family)).isEqualTo(draw(family));
  }

  @ParameterizedTest
  @EnumSource(Family.class)
  void draw_any_referencePassesItsOwnCheck(Family family) {
    for (Draft draft : draw(family)) {
      TaskItem item = new TaskItem("x", family, draft.key(), draft.prompt(), draft.answer());
      assertThat(item.check().isRight(draft.answer())).as("%s", item).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource(Family.class)
  void draw_any_leavesNoSlotOpen(Family family) {
    assertThat(draw(family))
        .noneMatch(draft -> (draft.prompt() + draft.answer()).matches("(?s).*[{}\\[\\]].*"));
  }

  @Test
  void arithmetic_any_answerIsTheValue() {
    for (Draft draft : draw(Family.ARITHMETIC)) {
      List<Integer> numbers = numbers(draft.prompt());
      assertThat(numbers).as(draft.prompt()).hasSize(2).allMatch(n -> n >= 1 && n <= 999);
      String[] sides = draft.answer().split(" = ", -1);
      assertThat(sides[sides.length - 1])
          .as(draft.prompt())
          .isEqualTo(String.valueOf(value(draft.prompt())));
      assertAllEqual(draft.answer());
    }
  }

  /** Every side of a chain such as {@code 37 × 12 = 360 + 084 (010) = 444} has the same value. */
  private static void assertAllEqual(String chain) {
    List<Integer> values =
        Stream.of(chain.split(" = ", -1)).map(TaskGeneratorTest::evaluate).distinct().toList();
    assertThat(values).as(chain).hasSize(1);
  }

  /** Sums and differences from left to right, or one product or quotient. Ignores the working. */
  private static int evaluate(String sideWithWorking) {
    String side = sideWithWorking.replaceAll(" \\([^)]*\\)", "");
    if (side.contains("×") || side.contains("÷")) {
      String[] operands = side.split(" [×÷] ", -1);
      int first = Integer.parseInt(operands[0]);
      int second = Integer.parseInt(operands[1]);
      if (side.contains("×")) {
        return first * second;
      }
      assertThat(first % second).as(side).isZero();
      return first / second;
    }
    int value = 0;
    for (String term : side.replace(" - ", " + -").split(" \\+ ", -1)) {
      value += Integer.parseInt(term);
    }
    return value;
  }

  @Test
  void arithmetic_knownItems_workedInColumns() {
    assertThat(new Equation(347, Equation.Operation.ADD, 85).worked())
        .isEqualTo("347 + 085 (011) = 432");
    assertThat(new Equation(62, Equation.Operation.SUBTRACT, 38).worked())
        .isEqualTo("62 - 38 (01) = 24");
    assertThat(new Equation(6, Equation.Operation.MULTIPLY, 47).worked())
        .isEqualTo("47 × 6 = 240 + 042 (000) = 282");
    assertThat(new Equation(37, Equation.Operation.MULTIPLY, 12).worked())
        .isEqualTo("37 × 12 = 360 + 084 (010) = 444");
    assertThat(new Equation(282, Equation.Operation.DIVIDE, 6).worked())
        .isEqualTo("282 ÷ 6 (28 - 24, 42 - 42) = 47");
    assertThat(new Equation(13, Equation.Operation.MULTIPLY, 100).worked())
        .isEqualTo("13 × 100 = 1300");
    assertThat(new Equation(403, Equation.Operation.SUBTRACT, 398).worked())
        .isEqualTo("403 - 398 (011) = 005 = 5");
    assertThat(new Equation(444, Equation.Operation.DIVIDE, 12).worked())
        .isEqualTo("444 ÷ 12 (044 - 036, 084 - 084) = 37");
    assertThat(new Equation(846, Equation.Operation.DIVIDE, 2).worked())
        .isEqualTo("846 ÷ 2 (08 - 08, 04 - 04, 06 - 06) = 423");
    assertThat(new Equation(1260, Equation.Operation.DIVIDE, 60).worked())
        .isEqualTo("1260 ÷ 60 (126 - 120, 060 - 060) = 21");
    assertThat(new Equation(9, Equation.Operation.MULTIPLY, 12).worked()).isEqualTo("9 × 12 = 108");
    assertThat(new Equation(84, Equation.Operation.DIVIDE, 7).worked()).isEqualTo("84 ÷ 7 = 12");
    assertThat(new Equation(8, Equation.Operation.ADD, 5).worked()).isEqualTo("8 + 5 (1) = 13");
  }

  private static int value(String prompt) {
    int a = numbers(prompt).get(0);
    int b = numbers(prompt).get(1);
    if (Pattern.compile("\\+|plus|sum|Add").matcher(prompt).find()) {
      return a + b;
    }
    if (Pattern.compile("×|\\*|x|by|times|product").matcher(prompt).find()
        && !prompt.contains("ivide")
        && !prompt.contains("go into")) {
      return a * b;
    }
    if (prompt.startsWith("Subtract") || prompt.startsWith("Take")) {
      return b - a;
    }
    if (Pattern.compile(" - |minus").matcher(prompt).find()) {
      return a - b;
    }
    int quotient = prompt.contains("go into") ? b / a : a / b;
    assertThat(quotient * Math.min(a, b)).as(prompt).isEqualTo(Math.max(a, b));
    return quotient;
  }

  @Test
  void wordProblem_any_everyStepHoldsAndStartsFromTheLast() {
    Pattern step = Pattern.compile("(\\d+) ([-+×÷]) (\\d+)(?: \\(\\d+\\))? = (?:.* = )?(\\d+)");
    for (Draft draft : draw(Family.WORD_PROBLEM)) {
      List<Integer> given = new ArrayList<>(numbers(draft.prompt()));
      int last = -1;
      for (String part : draft.answer().split(", ", -1)) {
        Matcher matcher = step.matcher(part);
        assertThat(matcher.matches()).as(draft.answer()).isTrue();
        assertAllEqual(part);
        int a = Integer.parseInt(matcher.group(1));
        int b = Integer.parseInt(matcher.group(3));
        int expected =
            switch (matcher.group(2)) {
              case "+" -> a + b;
              case "-" -> a - b;
              case "×" -> a * b;
              default -> a / b;
            };
        assertThat(Integer.parseInt(matcher.group(4))).as(draft.answer()).isEqualTo(expected);
        assertThat(last == -1 ? given.remove((Integer) a) : a == last).as(draft.answer()).isTrue();
        assertThat(given.remove((Integer) b)).as(draft.answer()).isTrue();
        last = expected;
      }
      assertThat(last).isPositive();
    }
  }

  @Test
  void sortWords_any_sameWordsInOrder() {
    for (Draft draft : draw(Family.SORT_WORDS)) {
      List<String> words = List.of(draft.prompt().split(": ", -1)[1].split(",? ", -1));
      assertThat(words).hasSizeBetween(3, 5).doesNotHaveDuplicates();
      assertThat(draft.answer()).isEqualTo("Sorted: " + String.join(" ", new TreeSet<>(words)));
    }
  }

  @Test
  void reverseWords_any_sameWordsFromTheEnd() {
    for (Draft draft : draw(Family.REVERSE_WORDS)) {
      List<String> words =
          new ArrayList<>(List.of(draft.prompt().split(": ", -1)[1].split(",? ", -1)));
      Collections.reverse(words);
      assertThat(words).hasSizeBetween(3, 6);
      assertThat(draft.answer()).isEqualTo("Reversed: " + String.join(" ", words));
    }
  }

  @Test
  void spellBackwards_any_lettersFromTheEnd() {
    for (Draft draft : draw(Family.SPELL_BACKWARDS)) {
      String word = draft.prompt().split("'", -1)[1];
      assertThat(word).matches("[a-z]{3,8}");
      assertThat(draft.answer()).isEqualTo(new StringBuilder(word).reverse().toString());
    }
  }

  @Test
  void countLetters_any_answerCountsAlongTheWord() {
    for (Draft draft : draw(Family.COUNT_LETTERS)) {
      String[] quoted = draft.prompt().split("'", -1);
      String word = quoted.length > 3 ? quoted[3] : quoted[1];
      int count = quoted.length > 3 ? word.split(quoted[1], -1).length - 1 : word.length();
      assertThat(word).matches("[a-z]{3,10}");
      String[] answer = draft.answer().split(" = ", -1);
      assertThat(answer[0].replaceAll("\\d+", "")).as(draft.prompt()).isEqualTo(word);
      List<Integer> along = numbers(answer[0]);
      assertThat(along).as(draft.prompt()).hasSize(word.length());
      if (quoted.length > 3) {
        assertThat(along.stream().mapToInt(mark -> mark).sum()).isEqualTo(count);
        assertThat(answer[0].split(quoted[1] + "1", -1)).as(draft.prompt()).hasSize(count + 1);
      } else {
        assertThat(along).isSorted().startsWith(1).endsWith(count);
      }
      assertThat(answer[1]).as(draft.prompt()).isEqualTo(String.valueOf(count));
    }
  }

  @Test
  void countLetters_many_noCountIsMostOfThem() {
    Map<String, Long> counts =
        draw(Family.COUNT_LETTERS).stream()
            .map(draft -> TaskCheck.conclusionOf(draft.answer(), false))
            .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
    assertThat(counts.values()).allMatch(count -> count < MANY / 2);
  }

  @Test
  void convertUnits_any_answerIsExact() {
    // Factors to the smallest unit of each kind.
    Map<String, Integer> sizes =
        Map.ofEntries(
            Map.entry("yards", 36),
            Map.entry("feet", 12),
            Map.entry("inches", 1),
            Map.entry("gallons", 16),
            Map.entry("quarts", 4),
            Map.entry("cups", 1),
            Map.entry("weeks", 604_800),
            Map.entry("days", 86_400),
            Map.entry("hours", 3_600),
            Map.entry("minutes", 60),
            Map.entry("seconds", 1),
            Map.entry("years", 12),
            Map.entry("months", 1),
            Map.entry("dozens", 12),
            Map.entry("pieces", 1),
            Map.entry("pounds", 16),
            Map.entry("ounces", 1),
            Map.entry("dollars", 100),
            Map.entry("cents", 1),
            Map.entry("kilometers", 1_000_000),
            Map.entry("meters", 1_000),
            Map.entry("centimeters", 10),
            Map.entry("millimeters", 1),
            Map.entry("kilograms", 1_000),
            Map.entry("grams", 1),
            Map.entry("liters", 1_000),
            Map.entry("milliliters", 1));
    for (Draft draft : draw(Family.CONVERT_UNITS)) {
      List<String> units =
          Pattern.compile("[a-z]+")
              .matcher(draft.prompt())
              .results()
              .map(MatchResult::group)
              .filter(sizes::containsKey)
              .toList();
      String[] sides = draft.answer().split(" = ", -1);
      String[] answer = sides[sides.length - 1].split(" ", -1);
      assertAllEqual(draft.answer().replaceAll(" [a-z]+$", ""));
      String from = units.get(units.get(0).equals(answer[1]) ? 1 : 0);
      assertThat(Integer.parseInt(answer[0]) * sizes.get(answer[1]))
          .as(draft.toString())
          .isEqualTo(numbers(draft.prompt()).get(0) * sizes.get(from));
    }
  }

  @Test
  void fillBlank_equation_answerFillsItAndHolds() {
    int equations = 0;
    for (Draft draft : draw(Family.FILL_BLANK)) {
      String open = draft.prompt().replaceFirst(".*[:?] ", "");
      assertThat(draft.answer())
          .as(draft.prompt())
          .matches(Pattern.compile(".*" + suffix(open).replace("\\Q\\E", "")));
      if (draft.answer().contains(" = ")) {
        equations++;
        String[] parts = draft.answer().split(", (?!\\d+ - \\d+\\))", -1);
        assertThat(parts).as(draft.answer()).hasSize(2);
        Stream.of(parts).forEach(TaskGeneratorTest::assertAllEqual);
        // The working finds the value that fills the blank.
        String found = parts[0].substring(parts[0].lastIndexOf(' ') + 1);
        assertThat(parts[1]).as(draft.prompt()).isEqualTo(open.replace("_", found));
      }
    }
    assertThat(equations).isGreaterThan(MANY / 3);
  }

  /** The last sentence of the open statement, where its blank matches one word or number. */
  private static String suffix(String open) {
    String last = open.replaceFirst(".*\\. (?=.)", "");
    return Pattern.quote(last).replace("_", "\\E\\w+\\Q");
  }

  @Test
  void sudoku_any_exactlyOneOfAllGridsKeepsTheGivens() {
    List<String> grids = allGrids();
    assertThat(grids).hasSize(288);
    for (Draft draft : draw(Family.SUDOKU).subList(0, 300)) {
      String givens = draft.prompt().replaceFirst(".*\n", "").replace("\n", "").replace('_', '.');
      List<String> fitting = grids.stream().filter(grid -> grid.matches(givens)).toList();
      assertThat(fitting).as(draft.prompt()).containsExactly(draft.answer().replace("\n", ""));
      assertThat(givens.replace(".", "").length()).isBetween(6, 10);
    }
  }

  /** All grids, found by trying each of the 24 orders of 1 to 4 in each row. */
  private static List<String> allGrids() {
    List<String> rows =
        Stream.of("1", "2", "3", "4")
            .flatMap(a -> Stream.of("1", "2", "3", "4").map(b -> a + b))
            .flatMap(ab -> Stream.of("1", "2", "3", "4").map(c -> ab + c))
            .flatMap(abc -> Stream.of("1", "2", "3", "4").map(d -> abc + d))
            .filter(row -> row.chars().distinct().count() == 4)
            .toList();
    List<String> grids = List.of("");
    for (int row = 0; row < 4; row++) {
      grids =
          grids.stream()
              .flatMap(grid -> rows.stream().map(next -> grid + next))
              .filter(TaskGeneratorTest::columnsAndBoxesDiffer)
              .toList();
    }
    return grids;
  }

  private static boolean columnsAndBoxesDiffer(String grid) {
    for (int a = 0; a < grid.length(); a++) {
      for (int b = 0; b < a; b++) {
        boolean column = a % 4 == b % 4;
        boolean box = a / 8 == b / 8 && a % 4 / 2 == b % 4 / 2;
        if ((column || box) && grid.charAt(a) == grid.charAt(b)) {
          return false;
        }
      }
    }
    return true;
  }
}
