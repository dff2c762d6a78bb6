package io.github.tess2.examples.evaluation;

import com.google.common.primitives.ImmutableIntArray;
import io.github.tess2.ComputeDevice;
import io.github.tess2.Precision;
import io.github.tess2.Role;
import io.github.tess2.Tokenizer;
import io.github.tess2.examples.tasks.Scores;
import io.github.tess2.examples.tasks.TaskItem;
import io.github.tess2.runtime.checkpoint.Checkpoint;
import io.github.tess2.runtime.checkpoint.CheckpointTokenizer;
import io.github.tess2.runtime.checkpoint.TextSpan;
import io.github.tess2.runtime.engine.Devices;
import io.github.tess2.runtime.engine.Threads;
import io.github.tess2.runtime.model.CausalModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * Has an autoregressive checkpoint answer the same tasks from left to right, for comparison with
 * diffusion. It takes the likeliest token at each position, or draws one.
 */
public final class Baseline implements AutoCloseable {
  /** Seeds of one run differ by less than this; seeds of two runs are further apart. */
  private static final long SEEDS_OF_A_RUN = 1_000_000;

  private final CausalModel model;
  private final CheckpointTokenizer tokenizer;
  private final Threads.Claim threads;

  /**
   * How tokens are drawn.
   *
   * @param temperature the logits are divided by it; greater than zero
   * @param seed the seed of the run
   */
  public record Sampling(double temperature, long seed) {}

  private Baseline(CausalModel model, CheckpointTokenizer tokenizer, Threads.Claim threads) {
    this.model = model;
    this.tokenizer = tokenizer;
    this.threads = threads;
  }

  /**
   * Loads a checkpoint in the fastest precision of the device.
   *
   * @param folder the checkpoint's folder
   * @param threads threads that compute on a CPU; empty for any number
   * @throws IllegalStateException if another number has already been set
   * @throws io.github.tess2.CheckpointException if it is not the checkpoint of an autoregressive
   *     model
   */
  public static Baseline load(Path folder, OptionalInt threads) {
    Threads.Claim claim = Threads.claim(threads);
    try {
      return load(folder, claim);
    } catch (RuntimeException | Error e) {
      claim.close();
      throw e;
    }
  }

  private static Baseline load(Path folder, Threads.Claim threads) {
    ComputeDevice device = Devices.resolve(ComputeDevice.AUTO);
    try (Checkpoint checkpoint = Checkpoint.open(folder).requireCausalModel()) {
      CheckpointTokenizer tokenizer =
          CheckpointTokenizer.open(checkpoint.tokenizerFolder(), checkpoint.config());
      try {
        Precision precision = Devices.resolve(Precision.AUTO, device);
        return new Baseline(
            CausalModel.load(checkpoint, Devices.first(device), precision), tokenizer, threads);
      } catch (RuntimeException | Error e) {
        tokenizer.close();
        throw e;
      }
    }
  }

  /**
   * Asks every task as a chat, after which the start of its answer follows if it is given.
   *
   * @param items the tasks with what is given of their answers
   * @param batchSize tasks asked at once
   * @param length most tokens of an answer
   * @param listener called after every batch
   * @return the scores, or those of the questions asked so far if the listener stopped the run
   */
  public Scores tasks(
      List<StartedAnswer> items, int batchSize, int length, Evaluator.Listener listener) {
    return ask(
        items,
        batchSize,
        (prompts, from) -> model.continuations(prompts, length, tokenizer.eosId()),
        listener);
  }

  /**
   * Asks every task as a chat, with tokens drawn according to their probabilities.
   *
   * @param items the tasks with what is given of their answers
   * @param batchSize tasks asked at once
   * @param length most tokens of an answer
   * @param sampling how tokens are drawn
   * @param listener called after every batch
   * @return the scores, or those of the questions asked so far if the listener stopped the run
   */
  public Scores tasks(
      List<StartedAnswer> items,
      int batchSize,
      int length,
      Sampling sampling,
      Evaluator.Listener listener) {
    long first = sampling.seed() * SEEDS_OF_A_RUN;
    return ask(
        items,
        batchSize,
        (prompts, from) ->
            model.samples(prompts, length, tokenizer.eosId(), sampling.temperature(), first + from),
        listener);
  }

  /** Continues prompts. The first one is that of the task with this index. */
  private interface Writer {
    List<ImmutableIntArray> write(List<ImmutableIntArray> prompts, int from);
  }

  private Scores ask(
      List<StartedAnswer> items, int batchSize, Writer writer, Evaluator.Listener listener) {
    Scores scores = new Scores();
    boolean goOn = true;
    for (int from = 0; from < items.size() && goOn; from += batchSize) {
      List<StartedAnswer> batch = items.subList(from, Math.min(items.size(), from + batchSize));
      List<ImmutableIntArray> added = writer.write(batch.stream().map(this::encode).toList(), from);
      List<Answer> answers = new ArrayList<>();
      for (int i = 0; i < batch.size(); i++) {
        TaskItem item = batch.get(i).item();
        String text =
            tokenizer.decode(
                ImmutableIntArray.builder()
                    .addAll(batch.get(i).tokens())
                    .addAll(added.get(i))
                    .build());
        boolean right = scores.add(item, text);
        answers.add(
            new Answer("tasks", item.id(), item.family().id(), 0, item.answer(), text, right));
      }
      goOn = listener.onAnswers(answers, from + batch.size(), items.size());
    }
    return scores;
  }

  /** Encodes the task, and the start of its answer, as the chat text that training uses. */
  private ImmutableIntArray encode(StartedAnswer start) {
    ImmutableIntArray chat =
        tokenizer.encodeSequence(
            List.of(
                TextSpan.template(Role.USER.marker() + "\n"),
                TextSpan.user(start.item().prompt()),
                TextSpan.template("\n"),
                TextSpan.template(Role.ASSISTANT.marker() + "\n")));
    return ImmutableIntArray.builder().addAll(chat).addAll(start.tokens()).build();
  }

  /** {@return the checkpoint's tokenizer} */
  public Tokenizer tokenizer() {
    return tokenizer;
  }

  @Override
  public void close() {
    model.close();
    tokenizer.close();
    threads.close();
  }
}
