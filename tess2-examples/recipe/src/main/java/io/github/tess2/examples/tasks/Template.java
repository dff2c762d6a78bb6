package io.github.tess2.examples.tasks;

import io.github.tess2.Tess2Exception;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A line {@code steps | text} of {@code word-problems.txt} or {@code stories.txt}.
 *
 * @param operations the steps' operations from left to right; empty if the line says {@code -}
 * @param text the text, with slots in braces
 */
record Template(List<Equation.Operation> operations, String text) {
  private static final Pattern SLOT = Pattern.compile("\\{(\\w+)}");

  static List<Template> load(String resource) {
    return Lexicon.lines(resource).stream().map(line -> parse(resource, line)).toList();
  }

  static Template parse(String resource, String line) {
    Matcher parts =
        Pattern.compile("(?:-|a (?<first>\\S) b(?: (?<second>\\S) c)?) \\| (?<text>.+)")
            .matcher(line);
    if (!parts.matches()) {
      throw new Tess2Exception(
          resource + ": a line must read \"a op b | text\" or \"- | text\", but is: " + line);
    }
    String first = parts.group("first");
    String second = parts.group("second");
    List<Equation.Operation> operations =
        first == null
            ? List.of()
            : second == null
                ? List.of(Equation.Operation.of(first))
                : List.of(Equation.Operation.of(first), Equation.Operation.of(second));
    return new Template(operations, parts.group("text"));
  }

  /**
   * The text with every slot filled.
   *
   * @throws Tess2Exception if a slot has no value
   */
  String fill(Map<String, String> values) {
    return fill(text, values);
  }

  static String fill(String text, Map<String, String> values) {
    return SLOT.matcher(text)
        .replaceAll(
            slot -> {
              String value = values.get(slot.group(1));
              if (value == null) {
                throw new Tess2Exception(
                    "slot must be known, but is: " + slot.group() + " in: " + text);
              }
              return Matcher.quoteReplacement(value);
            });
  }

  /** Draws two people, things and a container for the slots that are not numbers. */
  static Map<String, String> drawCast(Draws draws) {
    Lexicon lexicon = Lexicon.shipped();
    Map<String, String> cast = new HashMap<>();
    boolean woman = draws.chance(50);
    List<String> firsts = lexicon.words(woman ? "women" : "men");
    List<String> seconds = lexicon.words(draws.chance(50) ? "women" : "men");
    String first = draws.pick(firsts);
    String second = draws.pick(seconds);
    while (second.equals(first)) {
      second = draws.pick(seconds);
    }
    cast.put("n", first);
    cast.put("m", second);
    cast.put("he", woman ? "she" : "he");
    cast.put("He", woman ? "She" : "He");
    cast.put("things", draws.pick(lexicon.words("things")));
    String[] container = draws.pick(lexicon.words("containers")).split("/", -1);
    cast.put("box", container[0]);
    cast.put("boxes", container[1]);
    return cast;
  }
}
