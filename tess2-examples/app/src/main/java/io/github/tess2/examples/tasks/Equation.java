package io.github.tess2.examples.tasks;

/** {@code a op b = c} in whole numbers, none negative. */
record Equation(int a, Operation operation, int b) {

  /** The four operations with the sign used in answers. */
  enum Operation {
    ADD('+'),
    SUBTRACT('-'),
    MULTIPLY('×'),
    DIVIDE('÷');

    final char sign;

    Operation(char sign) {
      this.sign = sign;
    }

    /** The operation of a sign in a resource file. */
    static Operation of(String sign) {
      return switch (sign) {
        case "+" -> ADD;
        case "-" -> SUBTRACT;
        case "*" -> MULTIPLY;
        case "/" -> DIVIDE;
        default ->
            throw new IllegalArgumentException("operation must be one of + - * /, but is: " + sign);
      };
    }
  }

  Equation {
    if (operation == Operation.DIVIDE && a % b != 0) {
      throw new IllegalArgumentException("quotient must be whole, but is: " + a + " / " + b);
    }
  }

  int result() {
    return switch (operation) {
      case ADD -> a + b;
      case SUBTRACT -> a - b;
      case MULTIPLY -> a * b;
      case DIVIDE -> a / b;
    };
  }

  /** One key for every wording and, where the order does not matter, for both orders. */
  String key() {
    boolean commutes = operation == Operation.ADD || operation == Operation.MULTIPLY;
    boolean swap = commutes && a > b;
    return "= " + (swap ? b : a) + operation.sign + (swap ? a : b);
  }

  /** As in {@code "12 + 5"}. */
  String left() {
    return a + " " + operation.sign + " " + b;
  }

  /** As in {@code "12 + 5 = 17"}. */
  String text() {
    return left() + " = " + result();
  }
}
