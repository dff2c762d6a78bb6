package io.github.tess2.examples.text;

import io.github.tess2.Prompt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads texts with blanks. */
public final class Blanks {
  /** An escaped character, a blank with its width, or a run of underscores. */
  private static final Pattern TOKEN = Pattern.compile("\\\\([\\\\_])|__(\\d+)__|(_{2,})");

  private static final int MOST_DIGITS = 6;

  /** Most characters of a text that a message shows. */
  private static final int MOST_SHOWN = 200;

  private Blanks() {}

  /**
   * Reads a text in which {@code ____} is a blank of four tokens, {@code __12__} one of twelve,
   * {@code \_} an underscore and {@code \\} a backslash.
   *
   * @throws IllegalArgumentException if there is no blank, or a blank has width 0
   */
  public static Prompt parse(String text) {
    Prompt.Infill.Builder infill = Prompt.infill();
    boolean blank = false;
    StringBuilder plain = new StringBuilder();
    Matcher matcher = TOKEN.matcher(text);
    int at = 0;
    while (matcher.find()) {
      plain.append(text, at, matcher.start());
      at = matcher.end();
      if (matcher.group(1) != null) {
        plain.append(matcher.group(1));
      } else {
        flush(plain, infill);
        infill.blank(
            matcher.group(2) == null ? matcher.group(3).length() : width(matcher.group(2)));
        blank = true;
      }
    }
    plain.append(text, at, text.length());
    flush(plain, infill);
    if (!blank) {
      throw new IllegalArgumentException(
          "an infill must have a blank (such as ____ or __12__), but is: " + shown(text));
    }
    return infill.build();
  }

  private static String shown(String text) {
    return text.length() <= MOST_SHOWN
        ? text
        : text.substring(0, text.offsetByCodePoints(0, MOST_SHOWN / 2)) + "…";
  }

  private static int width(String digits) {
    if (digits.length() > MOST_DIGITS) {
      throw new IllegalArgumentException(
          "a blank's width must have at most " + MOST_DIGITS + " digits, but is: " + digits);
    }
    return Integer.parseInt(digits);
  }

  private static void flush(StringBuilder plain, Prompt.Infill.Builder infill) {
    if (!plain.isEmpty()) {
      infill.text(plain.toString());
      plain.setLength(0);
    }
  }
}
