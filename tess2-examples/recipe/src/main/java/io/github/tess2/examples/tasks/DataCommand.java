package io.github.tess2.examples.tasks;

import static io.github.tess2.examples.options.OptionChecks.check;
import static io.github.tess2.examples.options.OptionChecks.requireAtLeast;

import com.google.gson.JsonObject;
import io.github.tess2.Tess2Exception;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * Writes the tokenizer and every set to a folder. Exits with 0 if all is written, 1 if that fails,
 * 2 if the command line is invalid. Existing files are replaced one by one, each atomically.
 * Training files are deleted first, so that the folder never holds training files of one run and
 * held-out files of another.
 */
@Command(
    name = "data",
    mixinStandardHelpOptions = true,
    showDefaultValues = true,
    description = "Writes the tokenizer, training and held-out sets of the shipped model's tasks.")
public final class DataCommand implements Callable<Integer> {
  /**
   * Number of items and texts in which words are counted for the tokenizer. It is not an option, so
   * that token ids do not change.
   */
  private static final int COUNTED = 20_000;

  /** A large weight, so that words of the tasks rank before words of the real texts. */
  private static final int TASK_WEIGHT = 1_000;

  /** One real text in so many is kept for evaluation. */
  private static final int REAL_KEPT_OUT = 20;

  private static final List<String> FOR_TRAINING =
      List.of(
          "train.jsonl",
          "train-short.jsonl",
          "preferences.jsonl",
          "text.jsonl",
          "statements.jsonl");

  private final UnaryOperator<TaskSplit> training;

  @Spec private CommandSpec spec;

  @Parameters(
      index = "0",
      paramLabel = "FOLDER",
      description = "The folder to write; created if missing.")
  private Path folder;

  @Option(names = "--seed", description = "The same seed gives the same files.")
  private long seed = 1;

  @Option(names = "--train", description = "Items in train.jsonl.")
  private int train = 20_000;

  @Option(
      names = "--short-tokens",
      description =
          "Maximum tokens of an item in train-short.jsonl (the items of train.jsonl that fit)"
              + " and of a text in statements.jsonl (the one-line texts of text.jsonl that fit)."
              + " Most of tuning can run on short sequences.")
  private int shortTokens = 54;

  @Option(names = "--held-out", description = "Items in held-out.jsonl, balanced over the tasks.")
  private int heldOut = 1_080;

  @Option(names = "--guidance", description = "Items in guidance.jsonl, held out too.")
  private int guidance = 504;

  @Option(names = "--infill", description = "Items in infill.jsonl and infill-cut.jsonl, held out.")
  private int infill = 500;

  @Option(names = "--preferences", description = "Pairs in preferences.jsonl.")
  private int preferences = 20_000;

  @Option(names = "--text", description = "Texts in text.jsonl.")
  private int text = 20_000;

  @Option(
      names = "--real-text",
      paramLabel = "FILE",
      description = "GSM8K's train.jsonl, whose questions are added to the texts. Default: none.")
  private @Nullable Path realText;

  @Option(names = "--vocabulary", description = "Tokens of the tokenizer.")
  private int vocabulary = 1_152;

  @Option(names = "--prompt-tokens", description = "Maximum tokens of a prompt in the chat format.")
  private int promptTokens = 40;

  @Option(names = "--answer-tokens", description = "Maximum tokens of an answer, its end included.")
  private int answerTokens = 40;

  @Option(names = "--tokens", description = "Maximum tokens of a prompt and its answer together.")
  private int tokens = 72;

  @Mixin private final OpenData open = new OpenData();

  /** For picocli, which sets the fields before it runs the command. */
  public DataCommand() {
    this(split -> split);
  }

  /**
   * For picocli, and for tests in which the training data contains held-out items.
   *
   * @param training makes the split that training data is drawn from, given the split that is kept
   *     out of it
   */
  @SuppressWarnings("NullAway.Init")
  DataCommand(UnaryOperator<TaskSplit> training) {
    this.training = training;
  }

  @Override
  public Integer call() {
    check(spec, this::requireOptions);
    PrintWriter err = spec.commandLine().getErr();
    try {
      List<String> real = realText == null ? List.of() : RealText.questions(realText);
      Files.createDirectories(folder);
      writeAll(TaskSplit.draw(seed, heldOut, guidance, infill), open.draw(seed), real);
      return CommandLine.ExitCode.OK;
    } catch (Tess2Exception e) {
      err.println("tess2 data: " + e.getMessage());
    } catch (IOException | UncheckedIOException e) {
      err.println("tess2 data: folder must be writable, but is not: " + folder + " (" + e + ")");
    }
    return CommandLine.ExitCode.SOFTWARE;
  }

  private void requireOptions() {
    requireAtLeast("--train", train, 0);
    requireAtLeast("--short-tokens", shortTokens, 1);
    requireAtLeast("--held-out", heldOut, 0);
    requireAtLeast("--guidance", guidance, 0);
    requireAtLeast("--infill", infill, 0);
    requireAtLeast("--preferences", preferences, 0);
    requireAtLeast("--text", text, 0);
    requireAtLeast("--vocabulary", vocabulary, TokenizerBuilder.SMALLEST);
    requireAtLeast("--prompt-tokens", promptTokens, 1);
    requireAtLeast("--answer-tokens", answerTokens, 1);
    requireAtLeast("--tokens", tokens, 1);
    open.requireOptions();
  }

  private void writeAll(TaskSplit split, TaskSplit openSplit, List<String> real)
      throws IOException {
    List<String> realTrain = new ArrayList<>();
    List<String> realKeptOut = new ArrayList<>();
    for (int i = 0; i < real.size(); i++) {
      (i % REAL_KEPT_OUT == 0 ? realKeptOut : realTrain).add(real.get(i));
    }
    for (String name : FOR_TRAINING) {
      Files.deleteIfExists(folder.resolve(name));
    }
    OpenData.deleteForTraining(folder);
    Path tokenizer = folder.resolve("tokenizer");
    tokenizer(split, openSplit, realTrain).write(tokenizer);
    try (TokenLimits limits =
        new TokenLimits(tokenizer.resolve("tokenizer.json"), promptTokens, answerTokens, tokens)) {
      LengthStats lengths = new LengthStats();
      writeKeptOut(split, realKeptOut, limits, lengths);
      // Every line is checked before its file is put in place, so a killed run leaves no unchecked
      // file.
      KeptOut keptOut =
          KeptOut.read(
              folder.resolve("held-out.jsonl"),
              folder.resolve("guidance.jsonl"),
              folder.resolve("infill.jsonl"));
      TaskSplit trained = training.apply(split);
      writeItems(trained, keptOut, limits, lengths);
      open.write(
          openSplit, seed, folder, tokenizer.resolve("tokenizer.json"), lengths, this::write);
      writeLengths(lengths);
      writePreferences(trained, keptOut, limits);
      writeTexts(trained, realTrain, keptOut, limits);
    }
  }

  private TokenizerBuilder tokenizer(TaskSplit split, TaskSplit openSplit, List<String> real) {
    TokenizerBuilder builder = new TokenizerBuilder(vocabulary);
    Supplier<TaskItem> items = split.training(seed);
    Supplier<String> texts = split.trainingText(seed, List.of());
    for (int i = 0; i < COUNTED; i++) {
      TaskItem item = items.get();
      builder.addText(item.prompt(), TASK_WEIGHT).addText(item.answer(), TASK_WEIGHT);
      builder.addText(texts.get(), TASK_WEIGHT);
    }
    Supplier<TaskItem> openItems = openSplit.training(seed);
    for (int i = 0; i < COUNTED; i++) {
      TaskItem item = openItems.get();
      builder.addText(item.prompt(), TASK_WEIGHT);
      // Passwords do not count: they have no words, although their letters look like some.
      if (item.family() != Family.PASSWORD) {
        builder.addText(item.answer(), TASK_WEIGHT);
      }
    }
    real.forEach(question -> builder.addText(question, 1));
    Lexicon.shipped().words("common").forEach(word -> builder.addText(" " + word, 1));
    return builder;
  }

  private void writeKeptOut(
      TaskSplit split, List<String> real, TokenLimits limits, LengthStats lengths)
      throws IOException {
    writeItems("held-out.jsonl", split.heldOut().stream(), heldOut, limits, lengths);
    writeItems("guidance.jsonl", split.guidance().stream(), guidance, limits, lengths);
    write(
        "held-out-short.jsonl",
        heldOut,
        split.heldOut().stream()
            .filter(item -> limits.tokens(item) <= shortTokens)
            .map(TaskFiles::toJson));
    writeInfill(split, limits);
    Draws draws = Draws.of(seed, "held-out-preferences");
    write(
        "preferences-held-out.jsonl",
        heldOut,
        split.heldOut().stream()
            .map(
                item ->
                    Stream.generate(() -> PreferencePair.draw(item, draws))
                        .filter(limits::fits)
                        .findFirst()
                        .orElseThrow())
            .map(TaskFiles::toJson));
    write(
        "text-held-out.jsonl",
        heldOut + infill + real.size(),
        Stream.of(
                split.heldOut().stream().map(BaseText::solved),
                split.infill().stream().map(InfillItem::text),
                real.stream())
            .flatMap(texts -> texts)
            .map(TaskFiles::toJson));
  }

  private void writeItems(TaskSplit split, KeptOut keptOut, TokenLimits limits, LengthStats lengths)
      throws IOException {
    writeItems(
        "train.jsonl",
        Stream.generate(split.training(seed))
            .limit(train)
            .map(item -> keptOut.require("train.jsonl", item)),
        train,
        limits,
        lengths);
    write(
        "train-short.jsonl",
        train,
        Stream.generate(split.training(seed))
            .limit(train)
            .filter(item -> limits.tokens(item) <= shortTokens)
            .map(item -> keptOut.require("train-short.jsonl", item))
            .map(TaskFiles::toJson));
  }

  private void writeLengths(LengthStats lengths) throws IOException {
    TaskFiles.replace(folder.resolve("lengths.md"), lengths.table());
    spec.commandLine().getOut().print(lengths.table());
    spec.commandLine().getOut().flush();
  }

  private void writeItems(
      String name, Stream<TaskItem> items, int count, TokenLimits limits, LengthStats lengths)
      throws IOException {
    write(
        name,
        count,
        items.map(limits::require).peek(item -> lengths.add(item, limits)).map(TaskFiles::toJson));
  }

  private void writeInfill(TaskSplit split, TokenLimits limits) throws IOException {
    List<InfillItem> items = split.infill();
    write("infill.jsonl", infill, items.stream().map(item -> infillLine(item, limits)));
    write(
        "infill-cut.jsonl",
        infill,
        items.stream().map(item -> infillLine(item.withoutRight(), limits)));
  }

  private static JsonObject infillLine(InfillItem item, TokenLimits limits) {
    return TaskFiles.toJson(limits.require(item), limits.tokens(item.blank()));
  }

  private void writePreferences(TaskSplit split, KeptOut keptOut, TokenLimits limits)
      throws IOException {
    write(
        "preferences.jsonl",
        preferences,
        Stream.generate(split.trainingPreferences(seed))
            .filter(limits::fits)
            .limit(preferences)
            .map(pair -> keptOut.require("preferences.jsonl", pair))
            .map(TaskFiles::toJson));
  }

  private void writeTexts(TaskSplit split, List<String> real, KeptOut keptOut, TokenLimits limits)
      throws IOException {
    write(
        "text.jsonl",
        text,
        Stream.generate(split.trainingText(seed, real))
            .limit(text)
            .map(one -> keptOut.require("text.jsonl", one))
            .map(TaskFiles::toJson));
    // Two tokens: one starts the sequence and one ends it.
    write(
        "statements.jsonl",
        text,
        Stream.generate(split.trainingText(seed, real))
            .limit(text)
            .filter(one -> !one.contains("\n") && limits.tokens(one) + 2 <= shortTokens)
            .map(one -> keptOut.require("statements.jsonl", one))
            .map(TaskFiles::toJson));
  }

  private void write(String name, int count, Stream<JsonObject> lines) throws IOException {
    PrintWriter err = spec.commandLine().getErr();
    try (ProgressBar progress =
        new ProgressBarBuilder()
            .setTaskName(name)
            .setInitialMax(count)
            .setUpdateIntervalMillis(1_000)
            .setConsumer(new DelegatingProgressBarConsumer(err::println))
            .build()) {
      TaskFiles.write(folder.resolve(name), lines.peek(line -> progress.step()));
    }
  }
}
