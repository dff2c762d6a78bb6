package io.github.tess2.examples.claims;

import io.github.tess2.DiffusionLM;
import io.github.tess2.GenerationRequest;
import io.github.tess2.GenerationResult;
import io.github.tess2.Prompt;
import io.github.tess2.examples.tasks.TaskItem;
import io.github.tess2.guidance.BestOf;
import io.github.tess2.guidance.RewardGuidance;
import io.github.tess2.guidance.WantedWords;
import io.github.tess2.spi.Guidance;
import io.github.tess2.spi.Reward;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Has a model answer the same tasks in every setting and with every seed. A question gets the same
 * noise in all settings, so that they differ only in guidance.
 */
public final class GuidanceTrial {
  /** Seeds of one run differ by less than this; seeds of two runs are further apart. */
  private static final long SEEDS_OF_A_RUN = 1_000_000;

  private final DiffusionLM lm;
  private final @Nullable Rewards rewards;
  private final Shape shape;
  private final List<TaskItem> items;
  private final AnswerFile file;

  /**
   * The reward model in its two roles.
   *
   * @param climbed the reward whose gradient guides each step
   * @param judge the reward that scores finished answers
   */
  public record Rewards(Reward climbed, Reward judge) {}

  /**
   * The settings that all answers share.
   *
   * @param steps denoising steps
   * @param length most tokens of an answer
   * @param iterations gradient steps at each denoising step
   * @param batchSize sequences generated at once, counting each candidate
   * @param words the wanted words, assigned to the questions in turn
   */
  public record Shape(int steps, int length, int iterations, int batchSize, List<String> words) {}

  /** Receives progress after every batch. */
  public interface Listener {
    /**
     * Called when a batch has been written to the file.
     *
     * @param answers number of answers in the batch
     * @return false to stop
     */
    boolean onBatch(int answers);
  }

  /**
   * Prepares to ask.
   *
   * @param lm the model
   * @param rewards the reward model; may be null if only words are wanted
   * @param shape the settings that all answers share
   * @param items the questions
   * @param file the file that the answers are written to
   */
  public GuidanceTrial(
      DiffusionLM lm,
      @Nullable Rewards rewards,
      Shape shape,
      List<TaskItem> items,
      AnswerFile file) {
    this.lm = lm;
    this.rewards = rewards;
    this.shape = shape;
    this.items = items;
    this.file = file;
  }

  /** The number of questions of a run that are not answered yet. */
  public int open(Setting setting, long seed) {
    return (int) items.stream().filter(item -> !file.has(setting, seed, item.id())).count();
  }

  /**
   * Asks the questions that are not answered yet.
   *
   * @param setting how answers are generated
   * @param seed the seed of the run
   * @param listener called after every batch
   * @return false if the listener stopped the run
   * @throws IOException if an answer cannot be written
   */
  public boolean ask(Setting setting, long seed, Listener listener) throws IOException {
    List<Integer> missing = new ArrayList<>();
    for (int i = 0; i < items.size(); i++) {
      if (!file.has(setting, seed, items.get(i).id())) {
        missing.add(i);
      }
    }
    int batch = Math.max(1, shape.batchSize() / setting.candidates());
    for (int from = 0; from < missing.size(); from += batch) {
      List<Integer> asked = missing.subList(from, Math.min(missing.size(), from + batch));
      file.add(answers(setting, seed, asked));
      if (!listener.onBatch(asked.size())) {
        return false;
      }
    }
    return true;
  }

  private List<GuidedAnswer> answers(Setting setting, long seed, List<Integer> asked) {
    List<GenerationRequest> requests = new ArrayList<>();
    for (int i : asked) {
      requests.add(
          GenerationRequest.builder(Prompt.user(items.get(i).prompt()))
              .steps(shape.steps())
              .length(shape.length())
              .seed(seed * SEEDS_OF_A_RUN + i)
              .guidance(guidance(setting, i).toArray(Guidance[]::new))
              .build());
    }
    long started = System.nanoTime();
    List<GenerationResult> results = lm.generateAll(requests);
    double seconds = (System.nanoTime() - started) / 1e9 / asked.size();
    List<GuidedAnswer> answers = new ArrayList<>();
    for (int i = 0; i < asked.size(); i++) {
      answers.add(answer(setting, seed, asked.get(i), results.get(i), seconds));
    }
    return answers;
  }

  private List<Guidance> guidance(Setting setting, int index) {
    List<Guidance> all = new ArrayList<>();
    if (setting.scale() != 0) {
      Reward climbed =
          setting.experiment() == Setting.Experiment.WORD
              ? WantedWords.any(word(index))
              : requireRewards().climbed();
      all.add(
          RewardGuidance.builder(setting.label(), climbed)
              .scale(setting.scaleBySteps())
              .iterations(shape.iterations())
              .build());
    }
    if (rewards != null) {
      // With one candidate, best-of only scores.
      all.add(BestOf.of(setting.candidates(), rewards.judge()));
    }
    return all;
  }

  private Rewards requireRewards() {
    if (rewards == null) {
      throw new IllegalArgumentException("this experiment needs a reward model");
    }
    return rewards;
  }

  private String word(int index) {
    return shape.words().get(index % shape.words().size());
  }

  private GuidedAnswer answer(
      Setting setting, long seed, int index, GenerationResult result, double seconds) {
    TaskItem item = items.get(index);
    boolean wanted = setting.experiment() == Setting.Experiment.WORD;
    OptionalDouble reward = result.reward();
    return new GuidedAnswer(
        setting,
        seed,
        item.id(),
        item.family().id(),
        item.prompt(),
        item.answer(),
        result.text(),
        result.tokenIds().length(),
        item.check().isRight(result.text()),
        rewards != null && reward.isPresent() ? reward.getAsDouble() : null,
        wanted ? word(index) : null,
        wanted ? contains(result.text(), word(index)) : null,
        AnswerCost.of(setting, shape.steps(), shape.iterations()),
        seconds);
  }

  /** Whether a text contains a whole word, not only its letters within another one. */
  static boolean contains(String text, String word) {
    return Pattern.compile("(?<!\\w)" + Pattern.quote(word) + "(?!\\w)").matcher(text).find();
  }
}
