package io.github.tess2.examples.tasks;

import static io.github.tess2.examples.options.OptionChecks.requireAtLeast;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/** Writes the sets of the tasks with many right answers, and has the options for them. */
final class OpenData {
  private static final String HELD_OUT = "held-out-open.jsonl";
  private static final String GUIDANCE = "guidance-open.jsonl";
  private static final String TRAIN = "train-open.jsonl";
  private static final String TEXT = "text-open.jsonl";
  private static final String PREFERENCES = "preferences-open.jsonl";

  /** Files of data that is not held out. */
  private static final List<String> FOR_TRAINING = List.of(TRAIN, TEXT, PREFERENCES);

  @Option(
      names = "--open-train",
      description = "Items in train-open.jsonl: tasks with many right answers.")
  private int train = 20_000;

  @Option(
      names = "--open-text",
      description = "Texts in text-open.jsonl: solved tasks with many right answers.")
  private int text = 10_000;

  @Option(names = "--open-preferences", description = "Pairs in preferences-open.jsonl.")
  private int preferences = 20_000;

  @Option(
      names = "--open-held-out",
      description = "Items in held-out-open.jsonl, balanced over the tasks.")
  private int heldOut = 1_008;

  @Option(names = "--open-guidance", description = "Items in guidance-open.jsonl, held out too.")
  private int guidance = 504;

  @Option(
      names = "--open-prompt-tokens",
      description = "Maximum tokens of a prompt of these tasks.")
  private int promptTokens = 48;

  @Option(
      names = "--open-answer-tokens",
      description = "Maximum tokens of an answer to these tasks.")
  private int answerTokens = 60;

  @Option(names = "--open-tokens", description = "Maximum tokens of both together.")
  private int tokens = 88;

  /** For picocli. */
  OpenData() {}

  /** Writes a file to the data folder. It has at most {@code count} lines. */
  @FunctionalInterface
  interface Writer {
    void write(String name, int count, Stream<JsonObject> lines) throws IOException;
  }

  void requireOptions() {
    requireAtLeast("--open-train", train, 0);
    requireAtLeast("--open-text", text, 0);
    requireAtLeast("--open-preferences", preferences, 0);
    requireAtLeast("--open-held-out", heldOut, 0);
    requireAtLeast("--open-guidance", guidance, 0);
    requireAtLeast("--open-prompt-tokens", promptTokens, 1);
    requireAtLeast("--open-answer-tokens", answerTokens, 1);
    requireAtLeast("--open-tokens", tokens, 1);
  }

  TaskSplit draw(long seed) {
    return TaskSplit.drawOpen(seed, heldOut, guidance);
  }

  static void deleteForTraining(Path folder) throws IOException {
    for (String name : FOR_TRAINING) {
      Files.deleteIfExists(folder.resolve(name));
    }
  }

  void write(
      TaskSplit split, long seed, Path folder, Path tokenizer, LengthStats lengths, Writer writer)
      throws IOException {
    try (TokenLimits limits = new TokenLimits(tokenizer, promptTokens, answerTokens, tokens)) {
      writer.write(
          HELD_OUT, heldOut, split.heldOut().stream().map(limits::require).map(TaskFiles::toJson));
      writer.write(
          GUIDANCE,
          guidance,
          split.guidance().stream().map(limits::require).map(TaskFiles::toJson));
      writePairs("preferences-open-held-out.jsonl", split, seed, limits, writer);
      KeptOut keptOut = KeptOut.read(folder.resolve(HELD_OUT), folder.resolve(GUIDANCE));
      writer.write(
          TRAIN,
          train,
          Stream.generate(split.training(seed))
              .limit(train)
              .map(item -> keptOut.require(TRAIN, item))
              .map(limits::require)
              .peek(item -> lengths.add(item, limits))
              .map(TaskFiles::toJson));
      writer.write(
          TEXT,
          text,
          Stream.generate(split.trainingSolved(seed))
              .limit(text)
              .map(one -> keptOut.require(TEXT, one))
              .map(TaskFiles::toJson));
      writer.write(
          PREFERENCES,
          preferences,
          Stream.generate(split.trainingPreferences(seed))
              .filter(limits::fits)
              .limit(preferences)
              .map(pair -> keptOut.require(PREFERENCES, pair))
              .map(TaskFiles::toJson));
    }
  }

  private static void writePairs(
      String name, TaskSplit split, long seed, TokenLimits limits, Writer writer)
      throws IOException {
    Draws draws = Draws.of(seed, "open-held-out-preferences");
    writer.write(
        name,
        split.heldOut().size(),
        split.heldOut().stream()
            .map(item -> fitting(() -> PreferencePair.draw(item, draws), limits))
            .map(TaskFiles::toJson));
  }

  private static PreferencePair fitting(Supplier<PreferencePair> pairs, TokenLimits limits) {
    return Stream.generate(pairs).filter(limits::fits).findFirst().orElseThrow();
  }
}
