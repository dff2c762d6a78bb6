package io.github.tess2.examples.tasks;

import java.util.List;
import java.util.function.Supplier;

/**
 * An endless stream of plain texts for the base model: solved tasks as running text, statements,
 * filled blanks, and real texts, if any. It contains nothing that the split keeps out.
 */
final class BaseText implements Supplier<String> {
  private final TaskSplit split;
  private final Supplier<TaskItem> items;
  private final Supplier<InfillItem> infill;
  private final Draws draws;
  private final List<String> real;

  BaseText(TaskSplit split, long seed, List<String> real) {
    this.split = split;
    this.items = split.items(seed, "train-text/items", TaskSplit.defaultShares());
    this.infill = split.infill(Draws.of(seed, "train-text/infill"));
    this.draws = Draws.of(seed, "train-text");
    this.real = List.copyOf(real);
  }

  @Override
  public String get() {
    return switch (draws.weighted(60, 15, 15, real.isEmpty() ? 0 : 10)) {
      case 0 -> solved(items.get());
      case 1 -> infill.get().text();
      case 2 -> statement();
      default -> draws.pick(real);
    };
  }

  /** A task and its answer, on one line each. */
  static String solved(TaskItem item) {
    return item.prompt() + "\n" + item.answer();
  }

  private String statement() {
    while (true) {
      Blanked statement = drawStatement();
      if (!split.isKeptOut(statement.key(), statement.text())) {
        return statement.text();
      }
    }
  }

  private Blanked drawStatement() {
    return switch (draws.weighted(30, 10, 15, 15, 15, 15)) {
      case 0 -> equation();
      case 1 -> conversion();
      case 2 -> Facts.shipped().draw(draws, false);
      case 3 -> backwards();
      case 4 -> sorted();
      default -> letters();
    };
  }

  private Blanked equation() {
    Equation equation = Arithmetic.drawEquation(draws);
    String text = draws.chance(50) ? equation.worked() : equation.text();
    return plain(equation.key(), text + (draws.chance(50) ? "." : ""));
  }

  private Blanked conversion() {
    UnitConversion.Conversion conversion = UnitConversion.drawConversion(draws);
    String verb = draws.pick(List.of(" is ", " are ", " make ", " = "));
    return plain(conversion.key(), conversion.given() + verb + conversion.result() + ".");
  }

  private Blanked letters() {
    Draft draft = Letters.count(draws);
    String[] about = draft.key().split(" ", -1);
    return plain(
        draft.key(),
        about.length == 2
            ? "The word '"
                + about[1]
                + "' has "
                + TaskCheck.conclusionOf(draft.answer(), false)
                + " letters."
            : "Count '" + about[1] + "' in '" + about[2] + "': " + draft.answer());
  }

  private Blanked backwards() {
    Draft draft = Letters.spellBackwards(draws);
    String word = new StringBuilder(draft.answer()).reverse().toString();
    return plain(draft.key(), "'" + word + "' backwards is '" + draft.answer() + "'.");
  }

  /** Words in order, without a task around them. */
  private Blanked sorted() {
    Draft draft = WordOrder.sort(draws);
    return plain(draft.key(), draft.answer() + ".");
  }

  private static Blanked plain(String key, String text) {
    return new Blanked(key, text, "", "");
  }
}
