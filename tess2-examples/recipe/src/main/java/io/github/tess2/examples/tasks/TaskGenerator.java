package io.github.tess2.examples.tasks;

import java.util.List;

/** Draws items of one family. Implementations are stateless. */
@FunctionalInterface
interface TaskGenerator {

  Draft draw(Draws draws);

  static TaskGenerator of(Family family) {
    return switch (family) {
      case ARITHMETIC -> new Arithmetic();
      case WORD_PROBLEM -> new WordProblems();
      case SORT_WORDS -> WordOrder::sort;
      case REVERSE_WORDS -> WordOrder::reverse;
      case SPELL_BACKWARDS -> Letters::spellBackwards;
      case COUNT_LETTERS -> Letters::count;
      case CONVERT_UNITS -> new UnitConversion();
      case FILL_BLANK -> new FillBlank();
      case SUDOKU -> TaskGenerator::sudoku;
      default -> draws -> family.task().draw(draws);
    };
  }

  private static Draft sudoku(Draws draws) {
    Sudoku solution = Sudoku.drawSolution(draws);
    Sudoku puzzle = solution.openCells(draws.between(6, 10), draws);
    String wording =
        draws.pick(
            List.of(
                "Solve this sudoku:",
                "Solve the sudoku:",
                "Fill in this sudoku:",
                "Complete the sudoku:",
                "Sudoku:"));
    return new Draft(
        "sudoku " + puzzle.text().replace("\n", " "),
        wording + "\n" + puzzle.text(),
        solution.text());
  }
}
