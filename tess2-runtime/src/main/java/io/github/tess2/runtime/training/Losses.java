package io.github.tess2.runtime.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.tess2.Precision;
import io.github.tess2.SelfConditioning;
import io.github.tess2.runtime.checkpoint.ModelConfig;
import io.github.tess2.runtime.checkpoint.WeightLayout;
import io.github.tess2.runtime.graph.DType;
import io.github.tess2.runtime.graph.Graph;
import io.github.tess2.runtime.graph.PackedSequences;
import io.github.tess2.runtime.graph.TrainingCalls;
import io.github.tess2.runtime.graph.TrainingSetup;
import io.github.tess2.runtime.model.Backbone;
import io.github.tess2.training.TrainingStage;

/** Computes the losses and gradients of batches for a stage. */
final class Losses {
  private final TrainingStage stage;
  private final double[] schedule;
  private final NoiseSource noise;
  private final TrainingCalls calls;
  private final int vocabularySize;
  private final double simplexValue;
  private final SelfConditioning mode;

  /**
   * Prepares the calls.
   *
   * @param schedule ᾱ of each training step
   * @param weights the weights, in the order of a {@link WeightLayout}
   * @param noise the noise of the noisy rows
   * @param setup the arguments that do not change
   */
  Losses(
      Graph graph,
      ModelConfig config,
      TrainingStage stage,
      double[] schedule,
      Weights weights,
      NoiseSource noise,
      TrainingSetup setup) {
    this.stage = stage;
    this.schedule = schedule;
    this.noise = noise;
    this.calls = new TrainingCalls(graph, weights.arguments(), setup);
    this.vocabularySize = config.vocabularySize();
    this.simplexValue = config.diffusion().simplexValue();
    this.mode = SelfConditioning.of(config.diffusion().selfConditioning());
  }

  /**
   * Creates the setup for a model.
   *
   * @param owner the owner of the inverse frequencies
   * @param mixtureGradient whether gradients flow to the embedding through u·E
   */
  static TrainingSetup setup(
      NDManager owner, ModelConfig config, Precision precision, boolean mixtureGradient) {
    boolean causal =
        config.purpose() != ModelConfig.Purpose.DIFFUSION || config.diffusion().causal();
    return new TrainingSetup(
        Backbone.architecture(config, causal),
        owner.create(config.inverseFrequencies()),
        config.tiedHead(),
        DType.of(precision),
        mixtureGradient);
  }

  /**
   * Computes the loss and its gradients.
   *
   * @param scope the owner of the result
   * @return the loss, then one gradient for each trained tensor
   */
  NDList gradients(NDManager scope, TrainingBatch batch) {
    try (NDManager work = scope.newSubManager()) {
      NDArray ids = work.create(batch.ids());
      PackedSequences sequences = PackedSequences.of(batch.lengths(), 0);
      return switch (stage) {
        case AUTOREGRESSIVE ->
            calls.nextTokenGradients(scope, ids, targets(work, batch), sequences);
        case ADAPTATION, INSTRUCTION ->
            calls.diffusionGradients(scope, ids, diffusion(work, batch, ids, sequences), sequences);
        case REWARD ->
            calls.rewardGradients(
                scope, ids, unconditioned(work, batch), work.create(batch.last()), sequences);
      };
    }
  }

  /** Computes the loss alone. */
  double loss(NDManager scope, TrainingBatch batch) {
    try (NDManager work = scope.newSubManager()) {
      NDArray ids = work.create(batch.ids());
      PackedSequences sequences = PackedSequences.of(batch.lengths(), 0);
      NDArray loss =
          switch (stage) {
            case AUTOREGRESSIVE -> calls.nextTokenLoss(work, ids, targets(work, batch), sequences);
            case ADAPTATION, INSTRUCTION ->
                calls.diffusionLoss(work, ids, diffusion(work, batch, ids, sequences), sequences);
            case REWARD ->
                calls.rewardLoss(
                    work, ids, unconditioned(work, batch), work.create(batch.last()), sequences);
          };
      return loss.getFloat();
    }
  }

  private static TrainingCalls.Targets targets(NDManager work, TrainingBatch batch) {
    return new TrainingCalls.Targets(work.create(batch.predicting()), work.create(batch.targets()));
  }

  private TrainingCalls.Diffusion diffusion(
      NDManager work, TrainingBatch batch, NDArray ids, PackedSequences sequences) {
    return new TrainingCalls.Diffusion(
        conditioned(work, batch, ids, sequences),
        work.create(batch.times(schedule.length, 0)),
        targets(work, batch));
  }

  /** The noisy rows, mixed with the previous prediction or a uniform one. */
  private TrainingCalls.Mixed conditioned(
      NDManager work, TrainingBatch batch, NDArray ids, PackedSequences sequences) {
    NDArray rows = work.create(batch.noisy());
    NDArray tokens = work.create(batch.noisyTokens());
    NDArray drawn = noise.draw(work, batch, vocabularySize);
    NDArray previous = uniform(work);
    if (batch.conditioned()) {
      previous =
          calls.predictClean(
              work,
              ids,
              rows,
              work.create(batch.noisyPredicting()),
              noisy(work, batch, tokens, drawn, 1),
              work.create(batch.times(schedule.length, 1)),
              mode,
              sequences);
    }
    NDArray u = calls.mix(work, previous, noisy(work, batch, tokens, drawn, 0), mode);
    return new TrainingCalls.Mixed(rows, u);
  }

  /** The noisy rows without mixing; there may be none. */
  private TrainingCalls.Mixed unconditioned(NDManager work, TrainingBatch batch) {
    if (batch.noisy().length == 0) {
      return new TrainingCalls.Mixed(
          work.create(new Shape(0), DataType.INT64), work.create(new Shape(0)));
    }
    NDArray tokens = work.create(batch.noisyTokens());
    NDArray drawn = noise.draw(work, batch, vocabularySize);
    NDArray u =
        calls.mix(work, uniform(work), noisy(work, batch, tokens, drawn, 0), SelfConditioning.NONE);
    return new TrainingCalls.Mixed(work.create(batch.noisy()), u);
  }

  /** The rows with the noise of {@code later} steps above their t. */
  private TrainingCalls.Noisy noisy(
      NDManager work, TrainingBatch batch, NDArray tokens, NDArray drawn, int later) {
    NDArray alphaBars = work.create(batch.alphaBars(schedule, later));
    return new TrainingCalls.Noisy(tokens, drawn, alphaBars, simplexValue);
  }

  private NDArray uniform(NDManager work) {
    return work.full(new Shape(1, 1), 1f / vocabularySize);
  }
}
