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
      case 0 -> draft(NUMBER, drawEquation(draws), draws);
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

  /** An equation with one of its first two numbers open. */
  static Blanked drawEquation(Draws draws) {
    Equation equation =
        switch (draws.weighted(42, 38, 20)) {
          case 0 -> new Equation(draws.between(1, 99), Operation.ADD, draws.between(1, 99));
          case 1 -> {
            int a = draws.between(2, 99);
            yield new Equation(a, Operation.SUBTRACT, draws.between(1, a));
          }
          default -> new Equation(draws.between(2, 30), Operation.MULTIPLY, draws.between(2, 9));
        };
    String rest = " = " + equation.result();
    String sign = " " + equation.operation().sign;
    return draws.chance(50)
        ? new Blanked(equation.key(), equation.a() + sign, " " + equation.b(), rest)
        : new Blanked(equation.key(), "", "" + equation.a(), sign + " " + equation.b() + rest);
  }
}
