package io.github.tess2.examples.evaluation;

import com.google.common.primitives.ImmutableIntArray;
import io.github.tess2.DiffusionLM;
import io.github.tess2.GenerationRequest;
import io.github.tess2.GenerationResult;
import io.github.tess2.Prompt;
import io.github.tess2.SelfConditioning;
import io.github.tess2.examples.tasks.InfillItem;
import io.github.tess2.examples.tasks.Scores;
import io.github.tess2.examples.tasks.TaskItem;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Has a model answer questions, in batches, and judges the answers. The noise of question i comes
 * from seed + i, so that a question gets the same noise for any number of steps and with any other
 * questions.
 */
public final class Evaluator {
  private final DiffusionLM lm;
  private final int batchSize;
  private final int length;
  private final long seed;
  private final @Nullable SelfConditioning conditioning;

  /** Receives the answers of every batch. */
  public interface Listener {
    /**
     * Called when a batch has been judged.
     *
     * @param answers the answers of the batch, in order
     * @param done questions of this set judged so far
     * @param total questions of this set
     * @return false to stop
     */
    boolean onAnswers(List<Answer> answers, int done, int total);
  }

  /**
   * Prepares to ask.
   *
   * @param lm the model; the caller closes it
   * @param batchSize questions generated at once
   * @param length most tokens of an answer to a task
   * @param seed the seed of the noise
   */
  public Evaluator(DiffusionLM lm, int batchSize, int length, long seed) {
    this(lm, batchSize, length, seed, null);
  }

  /**
   * Prepares to ask.
   *
   * @param lm the model; the caller closes it
   * @param batchSize questions generated at once
   * @param length most tokens of an answer to a task
   * @param seed the seed of the noise
   * @param conditioning how the last prediction enters the next step; null for the model's default
   */
  public Evaluator(
      DiffusionLM lm,
      int batchSize,
      int length,
      long seed,
      @Nullable SelfConditioning conditioning) {
    this.conditioning = conditioning;
    this.lm = lm;
    this.batchSize = batchSize;
    this.length = length;
    this.seed = seed;
  }

  /**
   * Asks every task as a chat.
   *
   * @param items the tasks
   * @param steps denoising steps
   * @param listener called after every batch
   * @return the scores, or those of the questions asked so far if the listener stopped the run
   */
  public Scores tasks(List<TaskItem> items, int steps, Listener listener) {
    return questions(StartedAnswer.of(items, 0, lm.tokenizer()), steps, listener);
  }

  /**
   * Asks questions. A part of each answer may be given.
   *
   * @param questions the tasks with what is given
   * @param steps denoising steps
   * @param listener called after every batch
   * @return the scores, or those of the questions asked so far if the listener stopped the run
   */
  public Scores questions(List<? extends Question> questions, int steps, Listener listener) {
    Scores scores = new Scores();
    ask(
        questions.stream().map(Question::prompt).toList(),
        i -> questions.get(i).room(length),
        steps,
        (i, result) -> {
          TaskItem item = questions.get(i).item();
          String answer = questions.get(i).answer(result);
          boolean right = scores.add(item, answer);
          scores.ran(result.steps());
          return new Answer(
              "tasks", item.id(), item.family().id(), steps, item.answer(), answer, right);
        },
        listener);
    return scores;
  }

  /**
   * Has the model fill every blank. Each blank is as wide as its reference.
   *
   * @param items the texts with a blank
   * @param steps denoising steps
   * @param withRight whether the model sees the text after the blank
   * @param listener called after every batch
   * @return the scores, or those of the questions asked so far if the listener stopped the run
   */
  public Scores infill(List<InfillItem> items, int steps, boolean withRight, Listener listener) {
    Scores scores = new Scores();
    ask(
        items.stream().map(item -> prompt(withRight ? item : item.withoutRight())).toList(),
        i -> length,
        steps,
        (i, result) -> {
          InfillItem item = items.get(i);
          String filling = result.blanks().get(0);
          boolean right = scores.add(item, filling);
          scores.ran(result.steps());
          return new Answer(
              withRight ? "infill" : "infill-cut",
              item.id(),
              item.kind(),
              steps,
              item.blank(),
              filling,
              right);
        },
        listener);
    return scores;
  }

  private Prompt prompt(InfillItem item) {
    Prompt.Infill.Builder infill = Prompt.infill();
    if (!item.before().isEmpty()) {
      infill.text(item.before());
    }
    ImmutableIntArray tokens =
        item.before().isEmpty()
            ? lm.tokenizer().encode(item.blank())
            : lm.tokenizer().encodeContinuation(item.blank());
    infill.blank(tokens.length());
    if (!item.after().isEmpty()) {
      infill.text(item.after());
    }
    return infill.build();
  }

  private void ask(
      List<Prompt> prompts,
      IntUnaryOperator room,
      int steps,
      BiFunction<Integer, GenerationResult, Answer> judge,
      Listener listener) {
    boolean goOn = true;
    for (int from = 0; from < prompts.size() && goOn; from += batchSize) {
      int to = Math.min(prompts.size(), from + batchSize);
      List<GenerationRequest> requests = new ArrayList<>();
      for (int i = from; i < to; i++) {
        GenerationRequest.Builder request =
            GenerationRequest.builder(prompts.get(i)).steps(steps).seed(seed + i);
        if (!(prompts.get(i) instanceof Prompt.Infill)) {
          request.length(room.applyAsInt(i));
        }
        if (conditioning != null) {
          request.selfConditioning(conditioning);
        }
        requests.add(request.build());
      }
      List<GenerationResult> results = lm.generateAll(requests);
      List<Answer> answers = new ArrayList<>();
      for (int i = from; i < to; i++) {
        answers.add(judge.apply(i, results.get(i - from)));
      }
      goOn = listener.onAnswers(answers, to, prompts.size());
    }
  }
}
