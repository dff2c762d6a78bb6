package io.github.tess2.examples.tasks;

import com.google.errorprone.annotations.Immutable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * {@link Family#BLANKS}: a short text with several blanks that must agree: the same name
 * throughout, its pronoun, numbers that fit, a day and the next day. Keys look like {@code "blanks
 * 0 a=12 b=_ c=_ he=_ n=_ things=apples"}.
 */
@Immutable
final class OpenBlanks implements OpenTask {
  private static final Pattern SLOT = Pattern.compile("\\{(\\w+)}");
  private static final String OPEN = "_";
  private static final int LEAST = 10;
  private static final int MOST = 98;

  /** Texts. Of the numbers {a}, {b} and {c} the last is the sum or the difference of the others. */
  private static final List<String> TEXTS =
      List.of(
          "{n} has {a} {things}. {n} buys {b} more. Now {he} has {c} {things}.",
          "{n} and {m} sell {things}. {n} sells {a} and {m} sells {b}. Together they sell {c}.",
          "There are {a} {things} in a box. {n} adds {b} {things} and {he} now counts {c}.",
          "{n} has {a} {things}. {m} takes {b} of them. Now {n} has {c} {things}.",
          "There were {a} {things} here. {n} and {m} used {b}. Now there are {c} {things}.",
          "{n} has a {color} {t}. {m} has a {color} {u}. So both have something {color}.",
          "On {day} {n} was at the {place}. On {next} {he} left the {place} with {m}.");

  private static final int FIRST_DIFFERENCE = 3;
  private static final List<String> DAYS =
      List.of("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday");
  private static final List<String> WORDINGS =
      List.of(
          "Fill in the blanks so that they agree: {s}",
          "Find words and numbers that fit: {s}",
          "Complete the text: {s}");

  /** A text and the values of its slots, with {@link #OPEN} for those that are not given. */
  private record Asked(int text, Map<String, String> slots) {
    static Asked of(String key) {
      List<String> parts = OpenTask.parts(key);
      Map<String, String> slots = new TreeMap<>();
      for (String part : parts.subList(1, parts.size())) {
        int at = part.indexOf('=');
        slots.put(part.substring(0, at), part.substring(at + 1));
      }
      return new Asked(Integer.parseInt(parts.get(0)), slots);
    }

    String key() {
      return slots.entrySet().stream()
          .map(slot -> " " + slot.getKey() + "=" + slot.getValue())
          .collect(Collectors.joining("", "blanks " + text, ""));
    }

    boolean isOpen(String slot) {
      return OPEN.equals(slots.get(slot));
    }
  }

  @Override
  public String drawKey(Draws draws) {
    while (true) {
      int text = draws.below(TEXTS.size());
      Map<String, String> slots = new TreeMap<>();
      SLOT.matcher(TEXTS.get(text)).results().forEach(slot -> slots.put(slot.group(1), OPEN));
      int blanks = 0;
      Map<String, String> values = fill(new Asked(text, slots), draws);
      for (String slot : List.copyOf(slots.keySet())) {
        if (draws.chance(45)) {
          slots.put(slot, String.valueOf(values.get(slot)));
        } else {
          blanks += TEXTS.get(text).split("\\{" + slot + "}", -1).length - 1;
        }
      }
      Asked asked = new Asked(text, slots);
      if (blanks >= 3 && isFree(asked)) {
        return asked.key();
      }
    }
  }

  /** Whether more than one answer fits. */
  private static boolean isFree(Asked asked) {
    long numbers = Stream.of("a", "b", "c").filter(asked::isOpen).count();
    return numbers >= 2
        || Stream.of("n", "m", "things", "color", "t", "u", "place").anyMatch(asked::isOpen)
        || (asked.isOpen("day") && asked.isOpen("next"));
  }

  @Override
  public String prompt(String key, Draws draws) {
    Asked asked = Asked.of(key);
    return draws.pick(WORDINGS).replace("{s}", Template.fill(TEXTS.get(asked.text), asked.slots));
  }

  @Override
  public String answer(String key, Draws draws) {
    Asked asked = Asked.of(key);
    return Template.fill(TEXTS.get(asked.text), fill(asked, draws));
  }

  /** Returns a value for every slot that the text can have. Keeps the given ones. */
  private static Map<String, String> fill(Asked asked, Draws draws) {
    Map<String, String> values = new HashMap<>();
    names(asked, values, draws);
    numbers(asked, values, draws);
    int day = day(asked, draws);
    values.put("day", DAYS.get(day));
    values.put("next", DAYS.get((day + 1) % DAYS.size()));
    for (String slot : List.of("things", "color", "place")) {
      values.put(slot, draws.pick(domain(slot)));
    }
    List<String> objects = draws.sample(domain("t"), 4);
    objects.removeIf(asked.slots::containsValue);
    values.put("t", objects.get(0));
    values.put("u", objects.get(1));
    asked.slots.forEach(
        (slot, value) -> {
          if (!value.equals(OPEN)) {
            values.put(slot, value);
          }
        });
    return values;
  }

  /** The words that may fill a slot. */
  private static List<String> domain(String slot) {
    Lexicon lexicon = Lexicon.shipped();
    return switch (slot) {
      case "n", "m" ->
          Stream.of("men", "women").flatMap(kind -> lexicon.words(kind).stream()).toList();
      case "things" -> lexicon.words("things");
      case "color" -> lexicon.words("colors");
      case "place" -> lexicon.words("places");
      case "t", "u" -> Description.withoutVowel(lexicon.words("objects"));
      default -> DAYS;
    };
  }

  private static String pronoun(String name) {
    return Lexicon.shipped().words("men").contains(name) ? "he" : "she";
  }

  private static void names(Asked asked, Map<String, String> values, Draws draws) {
    String he = asked.slots.getOrDefault("he", OPEN);
    String n = asked.slots.getOrDefault("n", OPEN);
    String m = asked.slots.getOrDefault("m", OPEN);
    while (n.equals(OPEN) || n.equals(m) || (!he.equals(OPEN) && !he.equals(pronoun(n)))) {
      n = draws.pick(domain("n"));
    }
    while (m.equals(OPEN) || m.equals(n)) {
      m = draws.pick(domain("m"));
    }
    values.put("n", n);
    values.put("m", m);
    values.put("he", pronoun(n));
  }

  private static void numbers(Asked asked, Map<String, String> values, Draws draws) {
    int sign = asked.text < FIRST_DIFFERENCE ? 1 : -1;
    List<int[]> fitting = new ArrayList<>();
    for (int a = LEAST; a <= MOST; a++) {
      for (int b = LEAST; b <= MOST; b++) {
        int c = a + sign * b;
        if (c >= LEAST
            && c <= MOST
            && fits(asked, "a", a)
            && fits(asked, "b", b)
            && fits(asked, "c", c)) {
          fitting.add(new int[] {a, b, c});
        }
      }
    }
    int[] drawn = draws.pick(fitting);
    values.put("a", String.valueOf(drawn[0]));
    values.put("b", String.valueOf(drawn[1]));
    values.put("c", String.valueOf(drawn[2]));
  }

  private static boolean fits(Asked asked, String slot, int value) {
    String given = asked.slots.getOrDefault(slot, OPEN);
    return given.equals(OPEN) || given.equals(String.valueOf(value));
  }

  private static int day(Asked asked, Draws draws) {
    int day = DAYS.indexOf(asked.slots.getOrDefault("day", OPEN));
    int next = DAYS.indexOf(asked.slots.getOrDefault("next", OPEN));
    return day >= 0
        ? day
        : next >= 0 ? (next + DAYS.size() - 1) % DAYS.size() : draws.below(DAYS.size());
  }

  @Override
  public @Nullable String fault(String key, String text) {
    Asked asked = Asked.of(key);
    Map<String, String> values = new LinkedHashMap<>();
    String fault = read(asked, text.strip().replaceAll("\\s+", " "), values);
    if (fault != null) {
      return fault;
    }
    for (Map.Entry<String, String> value : values.entrySet()) {
      String slot = value.getKey();
      boolean known =
          switch (slot) {
            case "a", "b", "c" -> value.getValue().matches("[1-9]\\d{0,2}");
            case "he" -> value.getValue().equals(pronoun(String.valueOf(values.get("n"))));
            default -> domain(slot).contains(value.getValue());
          };
      if (!known) {
        return "a blank must have a word that fits, but has: " + value.getValue();
      }
    }
    return disagreement(asked, values);
  }

  /**
   * Finds the values of the slots. A slot must have the same value everywhere. Returns what is
   * wrong, or null.
   */
  private static @Nullable String read(Asked asked, String text, Map<String, String> values) {
    Matcher slots = SLOT.matcher(TEXTS.get(asked.text));
    StringBuilder pattern = new StringBuilder();
    List<String> names = new ArrayList<>();
    int at = 0;
    while (slots.find()) {
      pattern.append(Pattern.quote(TEXTS.get(asked.text).substring(at, slots.start())));
      pattern.append("([A-Za-z0-9]+)");
      names.add(slots.group(1));
      at = slots.end();
    }
    pattern.append(Pattern.quote(TEXTS.get(asked.text).substring(at)));
    Matcher found = Pattern.compile(pattern.toString()).matcher(text);
    if (!found.matches()) {
      return "the text around the blanks must be kept, with a word in each blank, but is: " + text;
    }
    for (int i = 0; i < names.size(); i++) {
      String name = names.get(i);
      String value = found.group(i + 1);
      if (!asked.isOpen(name) && !value.equals(asked.slots.get(name))) {
        return "a given value must be kept, but is: " + value;
      }
      String before = values.putIfAbsent(name, value);
      if (before != null && !before.equals(value)) {
        return "two blanks must agree, but hold: " + before + ", " + value;
      }
    }
    return null;
  }

  private static @Nullable String disagreement(Asked asked, Map<String, String> values) {
    if (values.containsKey("a")) {
      int sign = asked.text < FIRST_DIFFERENCE ? 1 : -1;
      int a = Integer.parseInt(String.valueOf(values.get("a")));
      int b = Integer.parseInt(String.valueOf(values.get("b")));
      int c = Integer.parseInt(String.valueOf(values.get("c")));
      if (a + sign * b != c) {
        return "numbers must fit, but are: " + a + ", " + b + ", " + c;
      }
    }
    if (values.containsKey("m") && String.valueOf(values.get("m")).equals(values.get("n"))) {
      return "two people must have two names, but have: " + values.get("n");
    }
    if (values.containsKey("t") && String.valueOf(values.get("t")).equals(values.get("u"))) {
      return "two things must be different, but are: " + values.get("t");
    }
    if (values.containsKey("day")) {
      int day = DAYS.indexOf(values.get("day"));
      if (!DAYS.get((day + 1) % DAYS.size()).equals(values.get("next"))) {
        return "the second day must be the day after the first, but is: " + values.get("next");
      }
    }
    return null;
  }

  /**
   * How large the numbers are or, if there are none, how long the words are. Numbers beyond the
   * largest drawn one count as that.
   */
  @Override
  public double taste(String key, String text) {
    List<Integer> numbers =
        Pattern.compile("\\d+")
            .matcher(text)
            .results()
            .map(number -> Integer.valueOf(number.group()))
            .toList();
    if (!numbers.isEmpty()) {
      return numbers.stream().mapToInt(number -> Math.min(MOST, number)).average().orElse(0) / MOST;
    }
    return OpenTask.meanLength(List.of(text.strip().split("\\W+", -1)));
  }
}
