package io.github.tess2.examples.tasks;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;

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
      case ADD -> by(places(Math.max(a, b), place -> digit(a, place) + digit(b, place)));
      case SUBTRACT -> by(places(a, place -> digit(a, place) - digit(b, place)));
      case MULTIPLY -> {
        int taken = Math.min(a, b) < 10 ? Math.max(a, b) : a;
        int times = taken == a ? b : a;
        yield isRound(times) ? text() : by(places(taken, place -> digit(taken, place) * times));
      }
      case DIVIDE -> {
        List<Integer> quotient = places(result(), place -> digit(result(), place));
        if (quotient.size() < 2 || isRound(b)) {
          yield text();
        }
        String dividend = sum(quotient.stream().map(part -> part * b).toList());
        yield left() + " = (" + dividend + ") ÷ " + b + " = " + sum(quotient) + " = " + result();
      }
    };
  }

  /** Ten, a hundred, a thousand: there is nothing to work out then. */
  private static boolean isRound(int number) {
    return number == 10 || number == 100 || number == 1000;
  }

  private String by(List<Integer> parts) {
    return parts.size() < 2 ? text() : left() + " = " + sum(parts) + " = " + result();
  }

  /** What the places of a number come to, highest first. */
  private static List<Integer> places(int number, IntUnaryOperator atPlace) {
    List<Integer> parts = new ArrayList<>();
    for (int place = 1; place <= number; place *= 10) {
      parts.add(0, atPlace.applyAsInt(place) * place);
    }
    return parts;
  }

  private static int digit(int number, int place) {
    return number / place % 10;
  }

  private static String sum(List<Integer> parts) {
    StringBuilder text = new StringBuilder();
    for (int part : parts) {
      text.append(text.isEmpty() ? "" : part < 0 ? " - " : " + ").append(Math.abs(part));
    }
    return text.toString();
  }
}
