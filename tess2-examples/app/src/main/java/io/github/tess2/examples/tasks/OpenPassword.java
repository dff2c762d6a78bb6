package io.github.tess2.examples.tasks;

import com.google.errorprone.annotations.Immutable;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@link Family#PASSWORD}: ten to eighteen characters, a given number of them digits and capitals
 * and the rest small letters, none twice; the first is given. The key: {@code "password 12 4 3 k"}
 * for 12 characters with 4 digits and 3 capitals, from k on.
 */
@Immutable
final class OpenPassword implements OpenTask {
  private static final List<String> SMALL = List.of("abcdefghijklmnopqrstuvwxyz".split(""));
  private static final List<String> LARGE = List.of("ABCDEFGHIJKLMNOPQRSTUVWXYZ".split(""));
  private static final List<String> DIGITS = List.of("0123456789".split(""));
  private static final List<String> WORDINGS =
      List.of(
          "Make a password of {n} signs that begins with '{s}', {d} digits and {c} capital letters in"
              + " it, no sign twice.",
          "Write a password from '{s}' on: {n} different signs, {d} of them digits and {c} capital"
              + " letters.");

  private record Asked(int length, int digits, int capitals, String first) {
    static Asked of(String key) {
      List<String> parts = OpenTask.parts(key);
      return new Asked(
          Integer.parseInt(parts.get(0)),
          Integer.parseInt(parts.get(1)),
          Integer.parseInt(parts.get(2)),
          parts.get(3));
    }
  }

  @Override
  public String drawKey(Draws draws) {
    return "password "
        + draws.between(10, 18)
        + " "
        + draws.between(2, 5)
        + " "
        + draws.between(2, 4)
        + " "
        + draws.pick(SMALL);
  }

  @Override
  public String prompt(String key, Draws draws) {
    Asked asked = Asked.of(key);
    return draws
        .pick(WORDINGS)
        .replace("{n}", String.valueOf(asked.length))
        .replace("{d}", String.valueOf(asked.digits))
        .replace("{c}", String.valueOf(asked.capitals))
        .replace("{s}", asked.first);
  }

  @Override
  public String answer(String key, Draws draws) {
    Asked asked = Asked.of(key);
    List<String> rest = new ArrayList<>(draws.sample(DIGITS, asked.digits));
    rest.addAll(draws.sample(LARGE, asked.capitals));
    List<String> small = SMALL.stream().filter(letter -> !letter.equals(asked.first)).toList();
    rest.addAll(draws.sample(small, asked.length - asked.digits - asked.capitals - 1));
    return asked.first + String.join("", draws.sample(rest, rest.size()));
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
    Set<Integer> seen = new HashSet<>();
    for (int character : password.chars().toArray()) {
      if (!seen.add(character)) {
        return "a character must not occur twice, but does: " + (char) character;
      }
    }
    if (password.length() != asked.length) {
      return "there must be " + asked.length + " characters, but there are: " + password.length();
    }
    long digits = password.chars().filter(Character::isDigit).count();
    if (digits != asked.digits) {
      return "there must be " + asked.digits + " digits, but there are: " + digits;
    }
    long capitals = password.chars().filter(Character::isUpperCase).count();
    return capitals == asked.capitals
        ? null
        : "there must be " + asked.capitals + " capital letters, but there are: " + capitals;
  }

  /** How large the digits are. */
  @Override
  public double taste(String key, String text) {
    return text.chars().filter(Character::isDigit).map(digit -> digit - '0').average().orElse(0)
        / 9;
  }
}
