package io.github.tess2.examples.tasks;

import io.github.tess2.Tess2Exception;
import io.github.tess2.examples.tasks.Equation.Operation;
import java.util.List;

/**
 * {@link Family#CONVERT_UNITS}. Converts both ways, with whole numbers of at least two, so that
 * units are always plural.
 */
final class UnitConversion implements TaskGenerator {
  private static final List<Pair> PAIRS =
      Lexicon.lines("units.txt").stream().map(Pair::parse).toList();
  private static final List<String> WORDINGS =
      List.of(
          "Convert {n} {from} to {to}.",
          "How many {to} are in {n} {from}?",
          "How many {to} are {n} {from}?",
          "What is {n} {from} in {to}?",
          "Change {n} {from} to {to}.",
          "Express {n} {from} in {to}.",
          "{n} {from} is how many {to}?",
          "{n} {from} in {to}?");

  /** A pair of units; {@code factor} of the smaller one make one of the larger. */
  private record Pair(String larger, String smaller, int factor, int most) {
    static Pair parse(String line) {
      String[] parts = line.split(" ", -1);
      if (parts.length != 4) {
        throw new Tess2Exception("units.txt: a line must have four parts, but is: " + line);
      }
      return new Pair(parts[0], parts[1], Integer.parseInt(parts[2]), Integer.parseInt(parts[3]));
    }
  }

  /** A conversion, such as {@code 5 feet} to {@code 60 inches} by {@code 5 × 12}. */
  record Conversion(int count, String unit, Equation equation, String toUnit) {
    String key() {
      return "unit " + count + " " + unit + " " + toUnit;
    }

    String given() {
      return count + " " + unit;
    }

    String result() {
      return equation.result() + " " + toUnit;
    }

    /** The working, followed by the result. */
    String worked() {
      return equation.worked() + " " + toUnit;
    }
  }

  static Conversion drawConversion(Draws draws) {
    Pair pair = draws.pick(PAIRS);
    int larger = draws.between(2, pair.most());
    if (draws.chance(50)) {
      Equation equation = new Equation(larger, Operation.MULTIPLY, pair.factor());
      return new Conversion(larger, pair.larger(), equation, pair.smaller());
    }
    int smaller = larger * pair.factor();
    Equation equation = new Equation(smaller, Operation.DIVIDE, pair.factor());
    return new Conversion(smaller, pair.smaller(), equation, pair.larger());
  }

  @Override
  public Draft draw(Draws draws) {
    Conversion conversion = drawConversion(draws);
    String prompt =
        draws
            .pick(WORDINGS)
            .replace("{n}", String.valueOf(conversion.count()))
            .replace("{from}", conversion.unit())
            .replace("{to}", conversion.toUnit());
    return new Draft(conversion.key(), prompt, conversion.worked());
  }
}
