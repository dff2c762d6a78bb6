package io.github.tess2.examples.tasks;

import com.google.errorprone.annotations.Immutable;
import java.time.LocalDate;
import java.time.Month;
import java.time.format.TextStyle;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * {@link Family#BETWEEN}: four to seven times or dates between two others, from early to late. Keys
 * look like {@code "between times 490 695 5"} in minutes, {@code "between dates 64 140 4"} in days
 * of a year without a leap day.
 */
@Immutable
final class OpenBetween implements OpenTask {
  private static final int YEAR = 2023;
  private static final int MINUTES = 24 * 60;
  private static final int DAYS = 365;
  private static final Pattern TIME = Pattern.compile("([01]\\d|2[0-3]):([0-5]\\d)");
  private static final Pattern DATE = Pattern.compile("([A-Z][a-z]+) (\\d{1,2})");
  private static final List<String> WORDINGS =
      List.of(
          "Write {n} {what} between {a} and {b}, from early to late.",
          "Name {n} {what} after {a} and before {b}, the earliest first.",
          "Give {n} different {what} from {a} to {b}, both left out, in order.");

  private record Asked(boolean times, int from, int to, int count) {
    static Asked of(String key) {
      List<String> parts = OpenTask.parts(key);
      return new Asked(
          parts.get(0).equals("times"),
          Integer.parseInt(parts.get(1)),
          Integer.parseInt(parts.get(2)),
          Integer.parseInt(parts.get(3)));
    }

    String what() {
      return times ? "times" : "dates";
    }

    String text(int value) {
      if (times) {
        return String.format(Locale.ROOT, "%02d:%02d", value / 60, value % 60);
      }
      LocalDate date = LocalDate.ofYearDay(YEAR, value);
      return name(date.getMonth()) + " " + date.getDayOfMonth();
    }

    /** The minute or day that a text names; -1 if it names none. */
    int value(String text) {
      Matcher parts = (times ? TIME : DATE).matcher(text);
      if (!parts.matches()) {
        return -1;
      }
      if (times) {
        return 60 * Integer.parseInt(parts.group(1)) + Integer.parseInt(parts.group(2));
      }
      int day = Integer.parseInt(parts.group(2));
      for (Month month : Month.values()) {
        if (name(month).equals(parts.group(1)) && day >= 1 && day <= month.minLength()) {
          return LocalDate.of(YEAR, month, day).getDayOfYear();
        }
      }
      return -1;
    }

    private static String name(Month month) {
      return month.getDisplayName(TextStyle.FULL, Locale.ENGLISH);
    }
  }

  @Override
  public String drawKey(Draws draws) {
    boolean times = draws.chance(60);
    int span = times ? draws.between(60, 600) : draws.between(20, 150);
    int from = times ? draws.below(MINUTES - span) : draws.between(1, DAYS - span);
    return "between "
        + (times ? "times " : "dates ")
        + from
        + " "
        + (from + span)
        + " "
        + draws.between(4, 7);
  }

  @Override
  public String prompt(String key, Draws draws) {
    Asked asked = Asked.of(key);
    return draws
        .pick(WORDINGS)
        .replace("{n}", String.valueOf(asked.count))
        .replace("{what}", asked.what())
        .replace("{a}", asked.text(asked.from))
        .replace("{b}", asked.text(asked.to));
  }

  @Override
  public String answer(String key, Draws draws) {
    Asked asked = Asked.of(key);
    List<Integer> within = IntStream.range(asked.from + 1, asked.to).boxed().toList();
    List<String> drawn = new ArrayList<>();
    draws.sample(within, asked.count).stream().sorted().forEach(v -> drawn.add(asked.text(v)));
    return String.join(", ", drawn);
  }

  @Override
  public @Nullable String fault(String key, String text) {
    Asked asked = Asked.of(key);
    List<String> parts = List.of(text.strip().split(", ", -1));
    if (parts.size() != asked.count) {
      return String.format(
          Locale.ROOT,
          "there must be %d %s, but there are: %d",
          asked.count,
          asked.what(),
          parts.size());
    }
    int before = asked.from;
    for (String part : parts) {
      int value = asked.value(part);
      if (value < 0) {
        return "it must be a time such as 08:10 or a date such as March 5, but is: " + part;
      }
      if (value <= asked.from || value >= asked.to) {
        return String.format(
            Locale.ROOT,
            "it must be after %s and before %s, but is: %s",
            asked.text(asked.from),
            asked.text(asked.to),
            part);
      }
      if (value <= before) {
        return "each must be later than the one before, but is not: " + part;
      }
      before = value;
    }
    return null;
  }

  /** How late the times or dates are between the two given ones. */
  @Override
  public double taste(String key, String text) {
    Asked asked = Asked.of(key);
    double mean =
        List.of(text.strip().split(", ", -1)).stream().mapToInt(asked::value).average().orElse(0);
    return (mean - asked.from) / (asked.to - asked.from);
  }
}
