package io.github.tess2.examples.benchmark;

import io.github.tess2.DiffusionLM;
import io.github.tess2.GenerationRequest;
import io.github.tess2.GenerationResult;
import io.github.tess2.Prompt;
import io.github.tess2.examples.tasks.TaskItem;
import io.github.tess2.spi.Guidance;
import io.github.tess2.spi.GuidedStep;
import java.util.ArrayList;
import java.util.List;

/**
 * Measures how much answers change if the prompt is not computed in every pass. Runs the same
 * requests, with the same random numbers, with a prompt cache and without one.
 */
final class CacheComparison {
  private final DiffusionLM lm;
  private final List<TaskItem> items;
  private final Settings settings;

  /**
   * The settings that all requests share.
   *
   * @param steps denoising steps of a request
   * @param length most tokens of an answer
   * @param batch requests at once
   * @param seed the seed of the first request
   */
  record Settings(int steps, int length, int batch, long seed) {}

  /**
   * The result of one cache.
   *
   * @param cache its name and options
   * @param meanKl mean over steps and positions of KL(none ‖ cache), in nats, where each run
   *     depends on its own earlier predictions
   * @param lastKl the same mean over the last steps only
   * @param changedArgmax share of positions whose likeliest token differs, over all steps
   * @param changedAnswers share of answers whose text differs
   * @param right share of right answers
   */
  record Result(
      String cache,
      double meanKl,
      double lastKl,
      double changedArgmax,
      double changedAnswers,
      double right) {}

  CacheComparison(DiffusionLM lm, List<TaskItem> items, Settings settings) {
    this.lm = lm;
    this.items = items;
    this.settings = settings;
  }

  /** Records the logits of every step. */
  private static final class Recorder implements Guidance {
    final List<float[]> steps = new ArrayList<>();

    @Override
    public String name() {
      return "recorder";
    }

    @Override
    public Run begin(Request request) {
      return step -> steps.add(logits(step));
    }

    private static float[] logits(GuidedStep step) {
      return step.logits(0, step.rows()).toFloatArray();
    }
  }

  /** Sums from which the means are computed. */
  private static final class Sums {
    double kl;
    double lastKl;
    long changed;
    long rows;
    long lastRows;
    int changedAnswers;
    int right;

    void add(List<float[]> exact, List<float[]> cached, int width) {
      for (int step = 0; step < exact.size(); step++) {
        float[] p = exact.get(step);
        float[] q = cached.get(step);
        for (int from = 0; from < p.length; from += width) {
          double divergence = FormatComparison.divergence(p, q, from, width);
          kl += divergence;
          rows++;
          if (FormatComparison.argmax(p, from, width) != FormatComparison.argmax(q, from, width)) {
            changed++;
          }
          if (step == exact.size() - 1) {
            lastKl += divergence;
            lastRows++;
          }
        }
      }
    }
  }

  /** Compares each cache with no cache. */
  List<Result> compare(List<String> caches) {
    List<Sums> sums = caches.stream().map(cache -> new Sums()).toList();
    int width = lm.info().vocabularySize();
    for (int from = 0; from < items.size(); from += settings.batch()) {
      int to = Math.min(from + settings.batch(), items.size());
      List<Recorder> exact = recorders(to - from);
      List<GenerationResult> answers = run("none", from, to, exact);
      for (int i = 0; i < caches.size(); i++) {
        List<Recorder> cached = recorders(to - from);
        List<GenerationResult> others = run(caches.get(i), from, to, cached);
        for (int j = 0; j < cached.size(); j++) {
          Sums sum = sums.get(i);
          sum.add(exact.get(j).steps, cached.get(j).steps, width);
          String text = others.get(j).text();
          sum.changedAnswers += text.equals(answers.get(j).text()) ? 0 : 1;
          sum.right += items.get(from + j).check().isRight(text) ? 1 : 0;
        }
      }
    }
    List<Result> results = new ArrayList<>();
    for (int i = 0; i < caches.size(); i++) {
      Sums sum = sums.get(i);
      results.add(
          new Result(
              caches.get(i),
              sum.kl / sum.rows,
              sum.lastKl / sum.lastRows,
              (double) sum.changed / sum.rows,
              (double) sum.changedAnswers / items.size(),
              (double) sum.right / items.size()));
    }
    return results;
  }

  private static List<Recorder> recorders(int count) {
    List<Recorder> recorders = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      recorders.add(new Recorder());
    }
    return recorders;
  }

  /** {@return the seconds that all items take, batch after batch, without recording logits} */
  double seconds(String cache) {
    long started = System.nanoTime();
    for (int from = 0; from < items.size(); from += settings.batch()) {
      run(cache, from, Math.min(from + settings.batch(), items.size()), List.of());
    }
    return (System.nanoTime() - started) / 1e9;
  }

  private List<GenerationResult> run(String cache, int from, int to, List<Recorder> recorders) {
    List<GenerationRequest> requests = new ArrayList<>();
    for (int i = from; i < to; i++) {
      GenerationRequest.Builder request =
          GenerationRequest.builder(Prompt.user(items.get(i).prompt()))
              .steps(settings.steps())
              .length(settings.length())
              .seed(settings.seed() + i)
              .cache(cache);
      if (!recorders.isEmpty()) {
        request.guidance(recorders.get(i - from));
      }
      requests.add(request.build());
    }
    return lm.generateAll(requests);
  }
}
