package io.github.tess2.examples.tasks;

import io.github.tess2.examples.tasks.Equation.Operation;
import java.util.List;

/** {@link Family#ARITHMETIC}. */
final class Arithmetic implements TaskGenerator {
  private static final List<String> ANY =
      List.of(
          "What is {e}?",
          "Calculate {e}.",
          "Compute {e}.",
          "Work out {e}.",
          "How much is {e}?",
          "Find {e}.",
          "{e} = ?",
          "{e}");
  private static final List<String> ADD =
      List.of(
          "Add {a} and {b}.",
          "What is {a} plus {b}?",
          "What is the sum of {a} and {b}?",
          "How much is {a} plus {b}?");
  private static final List<String> SUBTRACT =
      List.of(
          "Subtract {b} from {a}.",
          "What is {a} minus {b}?",
          "How much is {a} minus {b}?",
          "Take {b} away from {a}.");
  private static final List<String> MULTIPLY =
      List.of(
          "Multiply {a} by {b}.",
          "What is {a} times {b}?",
          "How much is {a} times {b}?",
          "What is the product of {a} and {b}?");
  private static final List<String> DIVIDE =
      List.of(
          "Divide {a} by {b}.",
          "What is {a} divided by {b}?",
          "How much is {a} divided by {b}?",
          "How many times does {b} go into {a}?");

  @Override
  public Draft draw(Draws draws) {
    Equation equation = drawEquation(draws);
    List<String> worded =
        switch (equation.operation()) {
          case ADD -> ADD;
          case SUBTRACT -> SUBTRACT;
          case MULTIPLY -> MULTIPLY;
          case DIVIDE -> DIVIDE;
        };
    String left = equation.a() + " " + sign(equation.operation(), draws) + " " + equation.b();
    String prompt =
        draws
            .pick(draws.chance(55) ? ANY : worded)
            .replace("{e}", left)
            .replace("{a}", String.valueOf(equation.a()))
            .replace("{b}", String.valueOf(equation.b()));
    return new Draft(equation.key(), prompt, equation.worked());
  }

  static Equation drawEquation(Draws draws) {
    return switch (draws.weighted(34, 30, 18, 18)) {
      case 0 -> new Equation(operand(draws), Operation.ADD, operand(draws));
      case 1 -> {
        int a = operand(draws);
        int b = operand(draws);
        yield new Equation(Math.max(a, b), Operation.SUBTRACT, Math.min(a, b));
      }
      case 2 -> {
        int a = draws.between(2, 99);
        int b = draws.between(2, 9);
        yield draws.chance(70)
            ? new Equation(a, Operation.MULTIPLY, b)
            : new Equation(b, Operation.MULTIPLY, a);
      }
      default -> {
        int b = draws.between(2, 9);
        yield new Equation(b * draws.between(2, 99), Operation.DIVIDE, b);
      }
    };
  }

  /**
   * Draws the number of digits first, from one to three, because a uniform draw of the number would
   * hardly ever give a short one.
   */
  private static int operand(Draws draws) {
    return switch (draws.weighted(10, 35, 55)) {
      case 0 -> draws.between(1, 9);
      case 1 -> draws.between(10, 99);
      default -> draws.between(100, 999);
    };
  }

  private static String sign(Operation operation, Draws draws) {
    return switch (operation) {
      case ADD -> "+";
      case SUBTRACT -> "-";
      case MULTIPLY -> draws.pick(List.of("×", "*", "x"));
      case DIVIDE -> draws.pick(List.of("÷", "/"));
    };
  }
}
