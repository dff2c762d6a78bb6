package io.github.tess2.examples.tasks;

import com.google.common.base.Strings;

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

  /**
   * The equation with the working that people do in their heads, place by place: {@code "347 + 85 =
   * 300 + 120 + 12 = 432"}, {@code "62 - 38 = 30 - 6 = 24"}, {@code "47 × 6 = 240 + 42 = 282"},
   * {@code "282 ÷ 6 = (240 + 42) ÷ 6 = 40 + 7 = 47"}. Where there is one place only, as {@link
   * #text()}.
   */
  String worked() {
    return switch (operation) {
      case ADD, SUBTRACT -> inColumns();
      case MULTIPLY -> {
        int longer = Math.max(a, b);
        int shorter = Math.min(a, b);
        if (longer < 10 || isRound(longer) || isRound(shorter)) {
          yield text();
        }
        yield shorter < 10 ? timesDigit(longer, shorter) : left() + " = " + parts().inColumns();
      }
      case DIVIDE -> {
        if (result() < 10 || isRound(b)) {
          yield text();
        }
        yield b < 10 ? byDigit() : left() + " = (" + parts().aligned() + ") ÷ " + b + ending(1);
      }
    };
  }

  /** Ten, a hundred, a thousand: there is nothing to work out then. */
  private static boolean isRound(int number) {
    return number == 10 || number == 100 || number == 1000;
  }

  /** A sum or difference with what each column carries or borrows. */
  private String inColumns() {
    int sign = operation == Operation.ADD ? 1 : -1;
    int width = Math.max(width(a), width(b));
    StringBuilder carries = new StringBuilder();
    int carry = 0;
    for (int column = 0; column < width; column++) {
      int value = digit(a, column) + sign * (digit(b, column) + carry);
      carry = value < 0 || value > 9 ? 1 : 0;
      carries.insert(0, carry);
    }
    return aligned() + " (" + carries + ")" + ending(width);
  }

  /** A product with what each column carries. */
  private String timesDigit(int longer, int digit) {
    StringBuilder carries = new StringBuilder();
    int carry = 0;
    for (int column = 0; column < width(longer); column++) {
      carry = (digit(longer, column) * digit + carry) / 10;
      carries.insert(0, carry);
    }
    return longer + " × " + digit + " (" + carries + ")" + ending(1);
  }

  /** A quotient with what is left over at each column. */
  private String byDigit() {
    StringBuilder rests = new StringBuilder();
    int rest = 0;
    for (int column = width(a) - 1; column >= 0; column--) {
      rest = (10 * rest + digit(a, column)) % b;
      rests.append(rest);
    }
    return left() + " (" + rests + ")" + ending(width(a));
  }

  /** What the tens and the ones of a factor, or of the quotient, come to. */
  private Equation parts() {
    int split = operation == Operation.MULTIPLY ? a : result();
    int ones = split % 10;
    return new Equation((split - ones) * b, Operation.ADD, ones * b);
  }

  /** Both numbers as wide as the wider one. */
  private String aligned() {
    int width = Math.max(width(a), width(b));
    return padded(a, width) + " " + operation.sign + " " + padded(b, width);
  }

  /** The result, before it as it comes out of so many columns where that is another. */
  private String ending(int columns) {
    String whole = padded(result(), columns);
    String plain = String.valueOf(result());
    return " = " + (whole.equals(plain) ? plain : whole + " = " + plain);
  }

  private static String padded(int number, int width) {
    return Strings.padStart(String.valueOf(number), width, '0');
  }

  private static int width(int number) {
    return String.valueOf(number).length();
  }

  /** The digit of a column, counted from the right. */
  private static int digit(int number, int column) {
    return column < width(number) ? number / (int) Math.pow(10, column) % 10 : 0;
  }
}
