package io.github.tess2.runtime.files;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Explains what is wrong with text that is not JSON, and where. Gson's own messages advise
 * programmers ("Use JsonReader.setStrictness …"), but the reader of ours has a file to fix.
 */
public final class JsonProblem {
  private static final Pattern PLACE =
      Pattern.compile("(?s)(.*?) at line (\\d+) column (\\d+) path.*");

  /** The names of exception classes that precede the message of a wrapped exception. */
  private static final Pattern CLASSES = Pattern.compile("^([\\w.]+Exception: )+");

  private static final String ADVICE = "Use JsonReader.setStrictness";

  private static final Map<String, String> REASONS =
      Map.of(
          "End of input", "it ends too early",
          "Expected name", "a name in double quotes is expected",
          "Expected value", "a value is expected",
          "Expected ':'", "a colon is expected",
          "Unterminated object", "a comma or } is expected",
          "Unterminated array", "a comma or ] is expected");

  private static final int SHOWN = 24;

  private JsonProblem() {}

  /**
   * Says what is wrong and where.
   *
   * @param e what Gson threw
   * @param text what it was given
   * @return such as {@code line 3, column 4: a comma or } is expected, near: "b": 2}}
   */
  public static String of(Exception e, String text) {
    return of(e, text, true);
  }

  /**
   * Like {@link #of(Exception, String)}, for a single line whose number the message already has.
   *
   * @param e what Gson threw
   * @param text what it was given
   * @return such as {@code column 4: a comma or } is expected, near: "b": 2}}
   */
  public static String ofLine(Exception e, String text) {
    return of(e, text, false);
  }

  private static String of(Exception e, String text, boolean withLine) {
    String message = CLASSES.matcher(String.valueOf(e.getMessage())).replaceFirst("");
    Matcher place = PLACE.matcher(message);
    if (!place.matches()) {
      return e instanceof NumberFormatException
          ? "a number is out of range"
          : message.lines().findFirst().orElse("");
    }
    String reason = reason(place.group(1));
    int line = Integer.parseInt(place.group(2));
    int column = Integer.parseInt(place.group(3));
    String near = reason.equals(REASONS.get("End of input")) ? "" : near(text, line, column);
    return (withLine ? "line " + line + ", " : "")
        + "column "
        + column
        + ": "
        + reason
        + (near.isEmpty() ? "" : ", near: " + near);
  }

  private static String reason(String gson) {
    if (gson.startsWith("Unescaped control characters")) {
      return "a control character in a string must be escaped";
    }
    if (gson.startsWith(ADVICE)) {
      return "not JSON";
    }
    String known = REASONS.get(gson);
    if (known != null) {
      return known;
    }
    return gson.isEmpty() ? "not JSON" : Character.toLowerCase(gson.charAt(0)) + gson.substring(1);
  }

  /**
   * Gson reports a place before or after the wrong character, so this begins one character earlier.
   */
  private static String near(String text, int line, int column) {
    String[] lines = text.split("\r\n|\r|\n", line + 1);
    if (line > lines.length) {
      return "";
    }
    String found = lines[line - 1];
    int from = Math.min(Math.max(column - 2, 0), found.length());
    int to = Math.min(from + SHOWN, found.length());
    return found.substring(from, to).strip() + (to < found.length() ? "…" : "");
  }
}
