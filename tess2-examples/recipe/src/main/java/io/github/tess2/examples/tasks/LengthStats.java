package io.github.tess2.examples.tasks;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Collects token counts of prompts and answers, by task. */
final class LengthStats {
  private final Map<String, Lengths> byTask = new TreeMap<>();

  /** Counts, sums and maxima of one task. */
  private static final class Lengths {
    private long count;
    private long prompts;
    private long answers;
    private int longestPrompt;
    private int longestAnswer;
  }

  void add(TaskItem item, TokenLimits limits) {
    add(item.family().id(), limits.promptTokens(item.prompt()), limits.answerTokens(item.answer()));
  }

  private void add(String task, int promptTokens, int answerTokens) {
    Lengths lengths = byTask.computeIfAbsent(task, name -> new Lengths());
    lengths.count++;
    lengths.prompts += promptTokens;
    lengths.answers += answerTokens;
    lengths.longestPrompt = Math.max(lengths.longestPrompt, promptTokens);
    lengths.longestAnswer = Math.max(lengths.longestAnswer, answerTokens);
  }

  /** Returns the counts as a Markdown table. */
  String table() {
    StringBuilder table =
        new StringBuilder(
            """
            | task | prompt tokens, mean | most | answer tokens, mean | most |
            |---|---|---|---|---|
            """);
    byTask.forEach(
        (task, lengths) ->
            table.append(
                String.format(
                    Locale.ROOT,
                    "| %s | %.1f | %d | %.1f | %d |\n",
                    task,
                    (double) lengths.prompts / lengths.count,
                    lengths.longestPrompt,
                    (double) lengths.answers / lengths.count,
                    lengths.longestAnswer)));
    return table.toString();
  }
}
