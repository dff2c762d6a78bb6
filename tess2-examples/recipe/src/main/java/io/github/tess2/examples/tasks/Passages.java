package io.github.tess2.examples.tasks;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds short texts in longer ones, ignoring case and white space. A passage that contains a word
 * counts anywhere. One of numbers and signs only, such as {@code "5 + 7"}, counts only as a whole
 * line, because the working of another sum may contain it.
 */
final class Passages {
  private static final Pattern START = Pattern.compile("[\\p{L}\\p{N}]+");
  private static final Pattern WORD = Pattern.compile("\\p{L}{2}");

  /** By their beginnings, so that each place of a text is looked up once. */
  private final Map<String, List<String>> worded = new HashMap<>();

  private final Set<String> lines = new HashSet<>();

  void add(String text) {
    String normal = TaskItem.normalise(text);
    Matcher start = START.matcher(normal);
    if (start.lookingAt() && WORD.matcher(normal).find()) {
      worded.computeIfAbsent(start.group(), first -> new ArrayList<>()).add(normal);
    } else {
      lines.add(normal);
    }
  }

  /** Returns the first passage that occurs in a text, normalised; null if none does. */
  @Nullable String findIn(String text) {
    for (String line : text.lines().map(TaskItem::normalise).toList()) {
      if (lines.contains(line)) {
        return line;
      }
    }
    String normal = TaskItem.normalise(text);
    Matcher start = START.matcher(normal);
    while (start.find()) {
      for (String passage : worded.getOrDefault(start.group(), List.of())) {
        if (normal.startsWith(passage, start.start())
            && isEnd(normal, start.start() + passage.length())) {
          return passage;
        }
      }
    }
    return null;
  }

  /** Whether no word or number continues here: "12 feet" does not occur in "12 feets". */
  private static boolean isEnd(String text, int at) {
    return at == text.length() || !Character.isLetterOrDigit(text.codePointAt(at));
  }
}
