package io.github.tess2.examples.tasks;

import io.github.tess2.examples.tasks.Equation.Operation;
import java.util.List;

/** {@link Family#FILL_BLANK}. */
final class FillBlank implements TaskGenerator {
  private static final List<String> NUMBER =
      List.of(
          "Fill in the blank: {s}",
          "Find the missing number: {s}",
          "What number is missing? {s}",
          "Complete the equation: {s}");
  private static final List<String> WORD =
      List.of(
          "Fill in the blank: {s}",
          "Find the missing word: {s}",
          "What word is missing? {s}",
          "Complete the sentence: {s}");

  @Override
  public Draft draw(Draws draws) {
    return switch (draws.weighted(45, 20, 35)) {
      case 0 -> equation(draws);
      case 1 -> draft(WORD, Facts.shipped().draw(draws, false), draws);
      default -> draft(WORD, Description.draw(draws), draws);
    };
  }

  private static Draft draft(List<String> wordings, Blanked blanked, Draws draws) {
    String prompt = draws.pick(wordings).replace("{s}", blanked.open());
    return new Draft(blanked.key(), prompt, blanked.text());
  }

  private static Draft draft(List<String> wordings, Description description, Draws draws) {
    Blanked asked = description.asked();
    String prompt = draws.pick(wordings).replace("{s}", description.context() + " " + asked.open());
    return new Draft(asked.key(), prompt, asked.text());
  }

  /**
   * An equation with one of its first two numbers left open. The answer begins with the working
   * that finds it.
   */
  private static Draft equation(Draws draws) {
    Equation equation = drawEquation(draws);
    boolean second = draws.chance(50);
    Blanked blanked = blanked(equation, second);
    Draft draft = draft(NUMBER, blanked, draws);
    String working = undone(equation, second).worked();
    return new Draft(draft.key(), draft.prompt(), working + ", " + draft.answer());
  }

  private static Equation drawEquation(Draws draws) {
    return switch (draws.weighted(42, 38, 20)) {
      case 0 -> new Equation(draws.between(1, 99), Operation.ADD, draws.between(1, 99));
      case 1 -> {
        int a = draws.between(2, 99);
        yield new Equation(a, Operation.SUBTRACT, draws.between(1, a));
      }
      default -> new Equation(draws.between(2, 30), Operation.MULTIPLY, draws.between(2, 9));
    };
  }

  private static Blanked blanked(Equation equation, boolean second) {
    String rest = " = " + equation.result();
    String sign = " " + equation.operation().sign;
    return second
        ? new Blanked(equation.key(), equation.a() + sign, " " + equation.b(), rest)
        : new Blanked(equation.key(), "", "" + equation.a(), sign + " " + equation.b() + rest);
  }

  /** The inverse equation, whose result is the second or first number of this one. */
  static Equation undone(Equation equation, boolean second) {
    int known = second ? equation.a() : equation.b();
    return switch (equation.operation()) {
      case ADD -> new Equation(equation.result(), Operation.SUBTRACT, known);
      case SUBTRACT ->
          second
              ? new Equation(known, Operation.SUBTRACT, equation.result())
              : new Equation(equation.result(), Operation.ADD, known);
      case MULTIPLY -> new Equation(equation.result(), Operation.DIVIDE, known);
      case DIVIDE -> throw new IllegalArgumentException("quotients are not asked for: " + equation);
    };
  }
}
