package io.github.tess2.examples.tasks;

import com.google.common.base.Strings;
import com.google.errorprone.annotations.Immutable;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * {@link Family#COINS}: coins or weights of given kinds that add up to an amount, one per line,
 * with the total so far: {@code 20 (20)}, {@code 05 (25)}. Keys look like {@code "coins 77 2 5
 * 20"}.
 */
@Immutable
final class OpenCoins implements OpenTask {
  private static final List<Integer> KINDS = List.of(1, 2, 3, 5, 10, 20, 25, 50);
  private static final int FEWEST = 3;
  private static final int MOST = 7;
  private static final int LARGEST = 99;
  private static final Pattern LINE = Pattern.compile("(\\d{1,2}) \\((\\d{1,3})\\)");
  private static final List<String> WORDINGS =
      List.of(
          "Pay {a} cents with coins of {k} cents.",
          "Which coins of {k} cents make {a} cents?",
          "Weigh out {a} grams with weights of {k} grams.");

  @Override
  public String drawKey(Draws draws) {
    while (true) {
      List<Integer> kinds = draws.sample(KINDS, draws.between(3, 5)).stream().sorted().toList();
      int amount = 0;
      for (int count = draws.between(FEWEST, MOST); count > 0; count--) {
        amount += draws.pick(kinds);
      }
      if (amount <= LARGEST) {
        return "coins "
            + amount
            + kinds.stream().map(kind -> " " + kind).collect(Collectors.joining());
      }
    }
  }

  private static int amount(String key) {
    return Integer.parseInt(OpenTask.parts(key).get(0));
  }

  private static List<Integer> kinds(String key) {
    List<String> parts = OpenTask.parts(key);
    return parts.subList(1, parts.size()).stream().map(Integer::valueOf).toList();
  }

  @Override
  public String prompt(String key, Draws draws) {
    String kinds = OpenTask.series(kinds(key).stream().map(String::valueOf).toList(), "and");
    return draws.pick(WORDINGS).replace("{a}", String.valueOf(amount(key))).replace("{k}", kinds);
  }

  /**
   * Draws coins from large to small, each from those that leave an amount that can still be paid.
   */
  @Override
  public String answer(String key, Draws draws) {
    List<Integer> kinds = kinds(key);
    int rest = amount(key);
    int largest = rest;
    List<String> lines = new ArrayList<>();
    for (int left = MOST; rest > 0; left--) {
      List<Integer> fitting = new ArrayList<>();
      for (int kind : kinds) {
        if (kind <= largest && kind <= rest && isPayable(kinds, kind, rest - kind, left - 1)) {
          fitting.add(kind);
        }
      }
      largest = draws.pick(fitting);
      rest -= largest;
      lines.add(padded(largest) + " (" + padded(amount(key) - rest) + ")");
    }
    return String.join("\n", lines);
  }

  private static boolean isPayable(List<Integer> kinds, int largest, int amount, int coins) {
    if (amount == 0) {
      return true;
    }
    if (coins == 0 || (long) largest * coins < amount) {
      return false;
    }
    return kinds.stream()
        .anyMatch(
            kind ->
                kind <= largest
                    && kind <= amount
                    && isPayable(kinds, kind, amount - kind, coins - 1));
  }

  private static String padded(int number) {
    return Strings.padStart(String.valueOf(number), 2, '0');
  }

  @Override
  public @Nullable String fault(String key, String text) {
    int total = 0;
    for (String line : text.strip().lines().map(String::strip).toList()) {
      Matcher parts = LINE.matcher(line);
      if (!parts.matches()) {
        return "a line must be a coin and the total in parentheses, but is: " + line;
      }
      int coin = Integer.parseInt(parts.group(1));
      if (!kinds(key).contains(coin)) {
        return "a coin must be one of " + kinds(key) + ", but is: " + coin;
      }
      total += coin;
      if (Integer.parseInt(parts.group(2)) != total) {
        return "the total must be " + total + ", but the line is: " + line;
      }
    }
    return total == amount(key) ? null : "coins must make " + amount(key) + ", but make: " + total;
  }

  /** The mean value of the coins, as a share of the largest kind. */
  @Override
  public double taste(String key, String text) {
    double count = text.strip().lines().count();
    return amount(key) / count / kinds(key).get(kinds(key).size() - 1);
  }
}
