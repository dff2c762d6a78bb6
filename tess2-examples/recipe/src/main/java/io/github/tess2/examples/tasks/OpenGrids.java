package io.github.tess2.examples.tasks;

import com.google.errorprone.annotations.Immutable;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@link Family#GRIDS}: a 4 x 4 sudoku with at most five givens and several solutions. The answer
 * is one of them, or two with a line {@code -} between. Keys look like {@code "grids 2 1___ __2_
 * ____ ____"}.
 */
@Immutable
final class OpenGrids implements OpenTask {
  private static final String BETWEEN = "-";
  private static final List<String> ONE =
      List.of("Find one of the solutions of this sudoku:", "Give any solution of this sudoku:");
  private static final List<String> TWO =
      List.of(
          "Find two different solutions of this sudoku:",
          "Solve this sudoku in two different ways:");

  @Override
  public String drawKey(Draws draws) {
    while (true) {
      int count = draws.between(1, 2);
      Sudoku puzzle = Sudoku.drawSolution(draws).withGivens(draws.between(0, 5), draws);
      if (puzzle.countSolutions(3) == 3) {
        return "grids " + count + " " + puzzle.text().replace("\n", " ");
      }
    }
  }

  private static int count(String key) {
    return Integer.parseInt(OpenTask.parts(key).get(0));
  }

  @Override
  public String prompt(String key, Draws draws) {
    return draws.pick(count(key) == 1 ? ONE : TWO) + "\n" + Sudoku.parseGivens(key).text();
  }

  @Override
  public String answer(String key, Draws draws) {
    Sudoku givens = Sudoku.parseGivens(key);
    Set<String> grids = new LinkedHashSet<>();
    while (grids.size() < count(key)) {
      grids.add(givens.drawFilled(draws).text());
    }
    return String.join("\n" + BETWEEN + "\n", grids);
  }

  @Override
  public @Nullable String fault(String key, String text) {
    List<String> grids = grids(text);
    if (grids.size() != count(key)) {
      return "there must be " + count(key) + " grids, but there are: " + grids.size();
    }
    for (String grid : grids) {
      if (!grid.matches("(?:[1-4]{4}\\s){3}[1-4]{4}")) {
        return "a grid must be four rows of four digits from 1 to 4, but is: " + grid;
      }
      Sudoku filled = Sudoku.of(grid.replaceAll("\\s", ""));
      if (!filled.isSolutionOf(Sudoku.parseGivens("____ ____ ____ ____"))) {
        return "a digit must not occur twice in a row, column or box, but does: " + grid;
      }
      if (!filled.isSolutionOf(Sudoku.parseGivens(key))) {
        return "the givens must not change, but do: " + grid;
      }
    }
    if (new HashSet<>(grids).size() < grids.size()) {
      return "a grid must not occur twice, but does: " + grids.get(0);
    }
    return null;
  }

  private static List<String> grids(String text) {
    List<String> grids = new ArrayList<>();
    for (String grid : text.split("\n" + BETWEEN + "\n", -1)) {
      grids.add(grid.strip().replaceAll("\\s+", " "));
    }
    return grids;
  }

  /** How large the first rows are, read as numbers. */
  @Override
  public double taste(String key, String text) {
    return grids(text).stream()
            .mapToInt(grid -> Integer.parseInt(grid.substring(0, 4)))
            .average()
            .orElse(0)
        / 4321;
  }
}
