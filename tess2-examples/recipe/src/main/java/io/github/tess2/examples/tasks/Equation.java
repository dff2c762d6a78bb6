package io.github.tess2.examples.tasks;

import com.google.common.base.Strings;
import java.util.ArrayList;
import java.util.List;

/** {@code a op b = c} in non-negative whole numbers. */
record Equation(int a, Operation operation, int b) {
  private static final int BY_HEART = 12;

  /** The four operations, with the signs used in answers. */
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

  /** The same key for every wording and, if the order does not matter, for both orders. */
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
   * The equation with its working in columns of fixed width, so that the place of a digit depends
   * on no other digit: {@code "347 + 085 (011) = 432"} with what each column carries or borrows,
   * {@code "47 × 6 = 240 + 042 (000) = 282"} by the places of a factor, {@code "282 ÷ 6 (28 - 24,
   * 42 - 42) = 47"} by long division. Equations that people know by heart have no working, as in
   * {@link #text()}: factors and quotients of up to twelve, and those by ten, a hundred and a
   * thousand.
   */
  String worked() {
    return switch (operation) {
      case ADD, SUBTRACT -> inColumns();
      case MULTIPLY -> {
        if (Math.max(a, b) <= BY_HEART || isRound(a) || isRound(b)) {
          yield text();
        }
        yield a < 10 ? new Equation(b, operation, a).byPlaces() : byPlaces();
      }
      case DIVIDE -> result() <= BY_HEART || isRound(b) ? text() : longDivision();
    };
  }

  /**
   * Whether the number is ten, a hundred or a thousand, with which there is nothing to work out.
   */
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
    String aligned = padded(a, width) + " " + operation.sign + " " + padded(b, width);
    return aligned + " (" + carries + ")" + ending(width);
  }

  /** A product as the sum of the products of the tens and of the ones of the first factor. */
  private String byPlaces() {
    int ones = a % 10;
    return left() + " = " + new Equation((a - ones) * b, Operation.ADD, ones * b).inColumns();
  }

  /**
   * For each digit of the quotient, the number to divide and the largest multiple of the divisor in
   * it.
   */
  private String longDivision() {
    int width = width(b) + 1;
    int places = width(result());
    List<String> columns = new ArrayList<>();
    // The digits before the quotient's first place; they make a number smaller than the divisor.
    int rest = a / powerOfTen(places);
    for (int column = places - 1; column >= 0; column--) {
      int here = 10 * rest + digit(a, column);
      rest = here % b;
      columns.add(padded(here, width) + " - " + padded(here - rest, width));
    }
    return left() + " (" + String.join(", ", columns) + ") = " + result();
  }

  /** The result. If its form with leading zeros in so many columns differs, that comes first. */
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

  /** The digit of a column, counted from the right; 0 if the number is shorter. */
  private static int digit(int number, int column) {
    return number / powerOfTen(column) % 10;
  }

  private static int powerOfTen(int exponent) {
    return (int) Math.pow(10, exponent);
  }
}
