package io.github.tess2.runtime.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import com.google.gson.JsonObject;
import io.github.tess2.Precision;
import io.github.tess2.Tess2Exception;
import io.github.tess2.runtime.checkpoint.ModelConfig;
import io.github.tess2.runtime.checkpoint.TensorType;
import io.github.tess2.runtime.checkpoint.WeightLayout;
import io.github.tess2.runtime.engine.ExitGate;
import io.github.tess2.runtime.generation.Schedules;
import io.github.tess2.runtime.graph.Graph;
import io.github.tess2.spi.NoiseSchedule;
import io.github.tess2.spi.Plugins;
import io.github.tess2.training.TrainingConfig;
import io.github.tess2.training.TrainingListener;
import io.github.tess2.training.TrainingProgress;
import io.github.tess2.training.TrainingResult;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/** The training loop: batches, gradients, optimizer steps, evaluations, checkpoints. */
final class TrainingRun {
  private final TrainingConfig config;
  private final Precision precision;
  private final NDManager manager;
  private final Weights weights;
  private final Optimizer optimizer;
  private final Losses losses;
  private final BatchMaker batches;
  private final @Nullable Evaluation evaluation;
  private final TrainingState state;
  private final Metrics metrics;

  /** The state of the data after the last step, although batches are made ahead. */
  private JsonObject data;

  private int step;
  private long tokens;
  private long tokensBefore;
  private int stepBefore;

  TrainingRun(
      TrainingConfig config,
      Precision precision,
      StartingModel start,
      RunData runData,
      Graph graph,
      NDManager manager,
      Metrics metrics) {
    ModelConfig model = start.config();
    this.config = config;
    this.precision = precision;
    this.manager = manager;
    Tensors parameters =
        Tensors.load(
            graph, manager, new WeightLayout(model).trainable(), start.weights(), config.seed());
    this.weights = Weights.of(graph, manager, parameters, config.lora(), config.seed());
    this.optimizer = new Optimizer(graph, manager, weights.trained(), config.optimizer());
    double[] schedule =
        Schedules.alphasCumprod(
            Plugins.of(NoiseSchedule.class).named(model.diffusion().noiseSchedule()),
            model.diffusion().trainSteps());
    this.losses =
        new Losses(
            graph,
            model,
            config.stage(),
            schedule,
            weights,
            NoiseSource.seeded(graph),
            Losses.setup(manager, model, precision, config.conventions().mixtureGradient()));
    this.batches = runData.batches(config, model.diffusion());
    this.evaluation = runData.evaluation(config, model.diffusion(), losses);
    TensorType stored = precision == Precision.BF16 ? TensorType.BF16 : TensorType.F32;
    this.state =
        new TrainingState(graph, manager, config.output(), model, start.tokenizerFolder(), stored);
    this.metrics = metrics;
    RunFolder.newest(config.output()).ifPresent(this::resume);
    this.data = batches.sequences().state();
    // Also without a checkpoint: a run that was killed before its first one has left metrics too.
    metrics.keepUpTo(step);
  }

  private void resume(Path checkpoint) {
    JsonObject run = TrainingState.run(checkpoint);
    TrainingState.restore(checkpoint, weights.trained(), optimizer.means(), optimizer.squares());
    batches.sequences().restore(run.getAsJsonObject("data"));
    step = run.get("step").getAsInt();
    tokens = run.get("tokens").getAsLong();
    tokensBefore = tokens;
    stepBefore = step;
  }

  /**
   * Runs the remaining steps.
   *
   * @param stopped whether the run was stopped before the first of them
   */
  TrainingResult train(TrainingListener listener, boolean stopped) {
    Optional<Path> saved = RunFolder.newest(config.output());
    try (BatchesAhead ahead =
        new BatchesAhead(batches, step, stopped ? step : config.steps(), config.accumulation())) {
      saved = train(listener, stopped, ahead, saved);
    }
    Path checkpoint = saved.orElseGet(this::save);
    return TrainingResult.builder(checkpoint)
        .steps(step)
        .tokens(tokens)
        .finished(step == config.steps())
        .build();
  }

  private Optional<Path> train(
      TrainingListener listener, boolean stopped, BatchesAhead ahead, Optional<Path> before) {
    Optional<Path> saved = before;
    long start = System.nanoTime();
    while (!stopped && step < config.steps()) {
      TrainingProgress progress = step(start, ahead);
      metrics.write(progress);
      boolean stop =
          listener.onStep(progress) == TrainingListener.Signal.STOP || ExitGate.isEnding();
      if (stop || step == config.steps() || step % config.checkpointEvery() == 0) {
        saved = Optional.of(save());
      }
      if (stop) {
        break;
      }
    }
    return saved;
  }

  private TrainingProgress step(long start, BatchesAhead ahead) {
    double rate = config.learningRate().at(step, config.steps());
    double loss;
    double norm;
    try (NDManager scope = manager.newSubManager()) {
      NDList lossAndGradients = lossAndGradients(scope, ahead);
      loss = lossAndGradients.get(0).getFloat();
      requireFinite("the loss", loss);
      norm = optimizer.step(scope, lossAndGradients.subNDList(1), step + 1, rate);
      requireFinite("the gradient's norm", norm);
    }
    step++;
    OptionalDouble held =
        evaluation != null && isEvaluated(step)
            ? OptionalDouble.of(evaluation.loss(manager))
            : OptionalDouble.empty();
    double seconds = (System.nanoTime() - start) / 1e9;
    double perStep = seconds / (step - stepBefore);
    return TrainingProgress.builder()
        .step(step)
        .totalSteps(config.steps())
        .loss(loss)
        .evaluationLoss(held)
        .learningRate(rate)
        .gradientNorm(norm)
        .tokensPerSecond((tokens - tokensBefore) / seconds)
        .remaining(Duration.ofMillis((long) (1000 * perStep * (config.steps() - step))))
        .build();
  }

  private void requireFinite(String what, double value) {
    if (!Double.isFinite(value)) {
      throw new Tess2Exception(
          String.format(
              Locale.ROOT,
              "%s must stay finite, but at step %d is: %s; the weights are those of step %d; lower the"
                  + " learning rate",
              what,
              step + 1,
              value,
              step));
    }
  }

  private boolean isEvaluated(int step) {
    return step == config.steps()
        || (config.evaluateEvery() > 0 && step % config.evaluateEvery() == 0);
  }

  private NDList lossAndGradients(NDManager scope, BatchesAhead ahead) {
    BatchesAhead.Step made = ahead.take();
    data = made.state();
    made.batches().forEach(batch -> tokens += batch.tokens());
    return meanGradients(scope, losses, optimizer, made.batches());
  }

  /** The mean loss and gradients of some losses. */
  static NDList meanGradients(
      NDManager scope, Losses losses, Optimizer optimizer, List<TrainingBatch> batches) {
    if (batches.size() == 1) {
      return losses.gradients(scope, batches.get(0));
    }
    NDList sums = new NDList();
    for (TrainingBatch batch : batches) {
      try (NDManager work = scope.newSubManager()) {
        NDList found = losses.gradients(work, batch);
        if (sums.isEmpty()) {
          for (NDArray array : found) {
            NDArray zeros = array.zerosLike();
            zeros.attach(scope);
            sums.add(zeros);
          }
        }
        optimizer.accumulate(work, sums, found, 1.0 / batches.size());
      }
    }
    return sums;
  }

  private Path save() {
    JsonObject run = new JsonObject();
    run.add("settings", RunSettings.of(config));
    run.addProperty(TrainingState.PRECISION, precision.name());
    run.addProperty("step", step);
    run.addProperty("tokens", tokens);
    run.add("data", data);
    return state.save(step, run, weights, optimizer.means(), optimizer.squares());
  }
}
