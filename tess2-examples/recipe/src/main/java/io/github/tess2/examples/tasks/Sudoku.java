package io.github.tess2.examples.tasks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * A 4 x 4 grid, possibly with open cells. Each row, column and 2 x 2 box of a solution holds 1 to 4
 * once.
 */
final class Sudoku {
  private static final int SIZE = 4;
  private static final int CELLS = SIZE * SIZE;
  private static final Pattern ROWS = Pattern.compile("(?:[1-4_]{4}\\s+){3}[1-4_]{4}");

  /** Row by row; 0 is an open cell. */
  private final int[] cells;

  private Sudoku(int[] cells) {
    this.cells = cells;
  }

  /** Reads a grid of 16 characters, row by row. Characters other than 1 to 4 are open cells. */
  static Sudoku of(String rows) {
    int[] cells = new int[CELLS];
    for (int i = 0; i < CELLS; i++) {
      int digit = rows.charAt(i) - '0';
      cells[i] = digit >= 1 && digit <= SIZE ? digit : 0;
    }
    return new Sudoku(cells);
  }

  /** Reads the grid in a prompt. */
  static Sudoku parseGivens(String prompt) {
    Matcher rows = ROWS.matcher(prompt);
    if (!rows.find()) {
      throw new IllegalArgumentException(
          "a sudoku prompt must hold four rows of 1 to 4 or _, but is: " + prompt);
    }
    return of(rows.group().replaceAll("\\s", ""));
  }

  /** Draws one of the 288 filled grids. */
  static Sudoku drawSolution(Draws draws) {
    return new Sudoku(new int[CELLS]).drawFilled(draws);
  }

  /**
   * Draws one of the solutions of this grid.
   *
   * @throws IllegalStateException if there is none
   */
  Sudoku drawFilled(Draws draws) {
    int[] filled = cells.clone();
    if (!fill(filled, 0, draws)) {
      throw new IllegalStateException("sudoku must have a solution, but has none: " + text());
    }
    return new Sudoku(filled);
  }

  /** Returns this grid with so many of its cells kept and the others open. */
  Sudoku withGivens(int givens, Draws draws) {
    int[] kept = new int[CELLS];
    for (int at : draws.sample(IntStream.range(0, CELLS).boxed().toList(), givens)) {
      kept[at] = cells[at];
    }
    return new Sudoku(kept);
  }

  private static boolean fill(int[] cells, int at, Draws draws) {
    if (at == CELLS) {
      return true;
    }
    if (cells[at] != 0) {
      return fill(cells, at + 1, draws);
    }
    for (int digit : draws.sample(List.of(1, 2, 3, 4), SIZE)) {
      if (fits(cells, at, digit)) {
        cells[at] = digit;
        if (fill(cells, at + 1, draws)) {
          return true;
        }
      }
    }
    cells[at] = 0;
    return false;
  }

  /**
   * Opens cells of this grid in random order until only {@code givens} are left. Skips a cell if
   * opening it would allow a second solution. So the puzzle has exactly one solution, and may keep
   * more givens than asked for.
   */
  Sudoku openCells(int givens, Draws draws) {
    Sudoku puzzle = new Sudoku(cells.clone());
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < CELLS; i++) {
      order.add(i);
    }
    int left = CELLS;
    for (int at : draws.sample(order, CELLS)) {
      if (left == givens) {
        break;
      }
      int digit = puzzle.cells[at];
      puzzle.cells[at] = 0;
      if (puzzle.countSolutions(2) == 1) {
        left--;
      } else {
        puzzle.cells[at] = digit;
      }
    }
    return puzzle;
  }

  /** Counts the solutions, up to {@code limit}. */
  int countSolutions(int limit) {
    return countFrom(cells.clone(), 0, limit);
  }

  private static int countFrom(int[] cells, int from, int limit) {
    int at = from;
    while (at < CELLS && cells[at] != 0) {
      at++;
    }
    if (at == CELLS) {
      return 1;
    }
    int count = 0;
    for (int digit = 1; digit <= SIZE && count < limit; digit++) {
      if (fits(cells, at, digit)) {
        cells[at] = digit;
        count += countFrom(cells, at + 1, limit - count);
        cells[at] = 0;
      }
    }
    return count;
  }

  /** Whether no other cell of the row, column or box has the digit. */
  private static boolean fits(int[] cells, int at, int digit) {
    for (int other = 0; other < CELLS; other++) {
      if (other != at && cells[other] == digit && sharesUnit(at, other)) {
        return false;
      }
    }
    return true;
  }

  private static boolean sharesUnit(int a, int b) {
    int rowA = a / SIZE;
    int rowB = b / SIZE;
    int columnA = a % SIZE;
    int columnB = b % SIZE;
    return rowA == rowB
        || columnA == columnB
        || (rowA / 2 == rowB / 2 && columnA / 2 == columnB / 2);
  }

  /** Whether this grid is full, keeps the rules and keeps every given. */
  boolean isSolutionOf(Sudoku givens) {
    for (int i = 0; i < CELLS; i++) {
      boolean kept = givens.cells[i] == 0 || givens.cells[i] == cells[i];
      if (cells[i] == 0 || !kept || !fits(cells, i, cells[i])) {
        return false;
      }
    }
    return true;
  }

  int givens() {
    return (int) Arrays.stream(cells).filter(cell -> cell != 0).count();
  }

  /** Four lines of four characters. */
  String text() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < CELLS; i++) {
      if (i > 0 && i % SIZE == 0) {
        text.append('\n');
      }
      text.append(cells[i] == 0 ? "_" : String.valueOf(cells[i]));
    }
    return text.toString();
  }
}
