package io.github.tess2.examples.tasks;

import com.google.errorprone.annotations.Immutable;
import io.github.tess2.examples.tasks.Equation.Operation;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * {@link Family#EQUATIONS}: two to four sums or differences with a given result of two digits, one
 * per line. Every number is written with two digits, so that the place of a digit depends on no
 * other digit. Keys look like {@code "equations 57 3 +"}.
 */
@Immutable
final class OpenEquations implements OpenTask {
  private static final Pattern LINE =
      Pattern.compile("(\\d{1,4}) ([-+]) (\\d{1,4})(?: \\(\\d+\\))? = \\d[ =\\d]*");
  private static final List<String> WORDINGS =
      List.of(
          "Write {n} different {kind} with the result {r}.",
          "Give {n} {kind}, all different, that make {r}.",
          "Find {n} different {kind} that come to {r}.");

  /** The first number that has too many digits. */
  private static final int END = 100;

  private static final Map<String, String> KINDS = new LinkedHashMap<>();

  static {
    KINDS.put("+", "sums");
    KINDS.put("-", "differences");
    KINDS.put("+-", "sums or differences");
  }

  private record Asked(int result, int count, String signs) {
    static Asked of(String key) {
      List<String> parts = OpenTask.parts(key);
      return new Asked(
          Integer.parseInt(parts.get(0)), Integer.parseInt(parts.get(1)), parts.get(2));
    }
  }

  @Override
  public String drawKey(Draws draws) {
    int result = draws.between(15, 94);
    int count = draws.between(2, 4);
    return "equations " + result + " " + count + " " + draws.pick(List.copyOf(KINDS.keySet()));
  }

  @Override
  public String prompt(String key, Draws draws) {
    Asked asked = Asked.of(key);
    return draws
        .pick(WORDINGS)
        .replace("{n}", String.valueOf(asked.count))
        .replace("{kind}", String.valueOf(KINDS.get(asked.signs)))
        .replace("{r}", String.valueOf(asked.result));
  }

  @Override
  public String answer(String key, Draws draws) {
    Asked asked = Asked.of(key);
    Map<String, String> lines = new LinkedHashMap<>();
    while (lines.size() < asked.count) {
      char sign = asked.signs.charAt(draws.below(asked.signs.length()));
      Equation equation = draw(asked, sign, draws);
      lines.putIfAbsent(equation.key(), equation.worked());
    }
    return String.join("\n", lines.values());
  }

  private static Equation draw(Asked asked, char sign, Draws draws) {
    if (sign == '+') {
      int first = draws.between(1, asked.result - 1);
      return new Equation(first, Operation.ADD, asked.result - first);
    }
    int first = draws.between(asked.result + 1, END - 1);
    return new Equation(first, Operation.SUBTRACT, first - asked.result);
  }

  @Override
  public @Nullable String fault(String key, String text) {
    Asked asked = Asked.of(key);
    List<String> lines = text.strip().lines().map(String::strip).toList();
    if (lines.size() != asked.count) {
      return "there must be " + asked.count + " lines, but there are: " + lines.size();
    }
    Set<String> seen = new HashSet<>();
    for (String line : lines) {
      Equation equation = parse(line);
      if (equation == null) {
        return "a line must be a sum or a difference, but is: " + line;
      }
      if (asked.signs.indexOf(equation.operation().sign) < 0) {
        return "the sign must be one of " + asked.signs + ", but the line is: " + line;
      }
      if (!line.equals(equation.worked()) && !line.equals(equation.text())) {
        return "an equation must be true, but is: " + line;
      }
      if (equation.result() != asked.result) {
        return "the result must be " + asked.result + ", but the line is: " + line;
      }
      if (!seen.add(equation.key())) {
        return "an equation must not occur twice, but does: " + line;
      }
    }
    return null;
  }

  private static @Nullable Equation parse(String line) {
    Matcher parts = LINE.matcher(line);
    return parts.matches()
        ? new Equation(
            Integer.parseInt(parts.group(1)),
            Operation.of(parts.group(2)),
            Integer.parseInt(parts.group(3)))
        : null;
  }

  /** How large the first numbers are. Those with more than two digits count as the largest. */
  @Override
  public double taste(String key, String text) {
    return text.strip()
            .lines()
            .mapToInt(line -> Math.min(END, Integer.parseInt(line.strip().split(" ", 2)[0])))
            .average()
            .orElse(0)
        / END;
  }
}
