package io.github.tess2.examples.tasks;

import com.google.errorprone.annotations.Immutable;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * {@link Family#PASSWORD}: ten to sixteen characters: first lower-case letters, then capitals, then
 * digits, a given number of each. Each kind is in rising order without repeats. The first letter is
 * given. Keys look like {@code "password 12 4 3 k"}: 12 characters with 4 digits and 3 capitals,
 * starting with k.
 */
@Immutable
final class OpenPassword implements OpenTask {
  private static final List<String> SMALL = List.of("abcdefghijklmnopqrstuvwxyz".split(""));
  private static final List<String> LARGE = List.of("ABCDEFGHIJKLMNOPQRSTUVWXYZ".split(""));
  private static final List<String> DIGITS = List.of("0123456789".split(""));
  private static final Pattern LAYOUT = Pattern.compile("[a-z]+[A-Z]+[0-9]+");
  private static final List<String> WORDINGS =
      List.of(
          "Make a password of {n} characters: {m} small letters from '{s}' on, {c} capital letters and"
              + " {d} digits, each kind in rising order.",
          "Write a password of {n} different characters: first '{s}' and more small letters, {m} in"
              + " all, then {c} capital letters, then {d} digits, each kind in order.");

  private record Asked(int length, int digits, int capitals, String first) {
    static Asked of(String key) {
      List<String> parts = OpenTask.parts(key);
      return new Asked(
          Integer.parseInt(parts.get(0)),
          Integer.parseInt(parts.get(1)),
          Integer.parseInt(parts.get(2)),
          parts.get(3));
    }

    int small() {
      return length - digits - capitals;
    }
  }

  @Override
  public String drawKey(Draws draws) {
    int length = draws.between(10, 16);
    int digits = draws.between(2, 4);
    int capitals = draws.between(2, 4);
    // Early enough in the alphabet that enough letters follow.
    int first = draws.below(SMALL.size() - (length - digits - capitals) + 1);
    return String.format(
        Locale.ROOT, "password %d %d %d %s", length, digits, capitals, SMALL.get(first));
  }

  @Override
  public String prompt(String key, Draws draws) {
    Asked asked = Asked.of(key);
    return draws
        .pick(WORDINGS)
        .replace("{n}", String.valueOf(asked.length))
        .replace("{m}", String.valueOf(asked.small()))
        .replace("{d}", String.valueOf(asked.digits))
        .replace("{c}", String.valueOf(asked.capitals))
        .replace("{s}", asked.first);
  }

  @Override
  public String answer(String key, Draws draws) {
    Asked asked = Asked.of(key);
    List<String> later = SMALL.subList(SMALL.indexOf(asked.first) + 1, SMALL.size());
    return asked.first
        + rising(later, asked.small() - 1, draws)
        + rising(LARGE, asked.capitals, draws)
        + rising(DIGITS, asked.digits, draws);
  }

  private static String rising(List<String> from, int count, Draws draws) {
    return draws.sample(from, count).stream().sorted().collect(Collectors.joining());
  }

  @Override
  public @Nullable String fault(String key, String text) {
    Asked asked = Asked.of(key);
    String password = text.strip();
    if (!password.matches("[a-zA-Z0-9]+")) {
      return "a password must be letters and digits, but is: " + password;
    }
    if (!password.startsWith(asked.first)) {
      return "a password must begin with " + asked.first + ", but is: " + password;
    }
    if (password.length() != asked.length) {
      return "there must be " + asked.length + " characters, but there are: " + password.length();
    }
    long digits = password.chars().filter(Character::isDigit).count();
    if (digits != asked.digits) {
      return "there must be " + asked.digits + " digits, but there are: " + digits;
    }
    long capitals = password.chars().filter(Character::isUpperCase).count();
    if (capitals != asked.capitals) {
      return "there must be " + asked.capitals + " capital letters, but there are: " + capitals;
    }
    return LAYOUT.matcher(password).matches()
        ? disorder(password)
        : "small letters must come first, then capitals, then digits, but it is: " + password;
  }

  private static @Nullable String disorder(String password) {
    for (int i = 1; i < password.length(); i++) {
      char before = password.charAt(i - 1);
      char next = password.charAt(i);
      if (next <= before && Character.getType(next) == Character.getType(before)) {
        return "each kind must be in rising order, none twice, but there is: " + before + next;
      }
    }
    return null;
  }

  /** How large the digits are. */
  @Override
  public double taste(String key, String text) {
    return text.chars().filter(Character::isDigit).map(digit -> digit - '0').average().orElse(0)
        / 9;
  }
}
