package io.github.tess2.runtime.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.common.primitives.Longs;
import io.github.tess2.Precision;
import io.github.tess2.SelfConditioning;
import io.github.tess2.runtime.checkpoint.ModelConfig;
import io.github.tess2.runtime.graph.DType;
import io.github.tess2.runtime.graph.Graph;
import io.github.tess2.runtime.graph.Scalars;
import io.github.tess2.runtime.model.DiffusionModel;
import io.github.tess2.training.TrainingStage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Losses and gradients of batches: the stage's calls into the graph's training.py. */
final class Passes {
  private final Graph graph;
  private final ModelConfig config;
  private final TrainingStage stage;
  private final double[] schedule;
  private final NDArray[] parameters;
  private final NDArray frequencies;
  private final NoiseSource noise;
  private final double scale;
  private final long[] shape;
  private final boolean mixtureGradient;

  /**
   * Prepares the calls.
   *
   * @param schedule ᾱ of the training steps
   * @param weights of a {@link ParameterLayout}
   * @param frequencies the inverse rotary frequencies, {@code [D/2]}
   * @param noise of the noisy rows
   * @param mixtureGradient whether the embedding learns from u·E
   */
  Passes(
      Graph graph,
      ModelConfig config,
      TrainingStage stage,
      Precision precision,
      double[] schedule,
      Weights weights,
      NDArray frequencies,
      NoiseSource noise,
      boolean mixtureGradient) {
    this.graph = graph;
    this.config = config;
    this.stage = stage;
    this.schedule = schedule;
    this.parameters = weights.arguments();
    this.scale = weights.scale();
    this.frequencies = frequencies;
    this.noise = noise;
    this.mixtureGradient = mixtureGradient;
    boolean causal = config.purpose() != ModelConfig.Purpose.DIFFUSION;
    long[] numbers = {
      config.layers(),
      config.heads(),
      config.keyValueHeads(),
      config.headDimension(),
      config.slidingWindow().orElse(0),
      causal || config.diffusion().causal() ? 1 : 0,
      config.tiedHead() ? 1 : 0,
      DType.of(precision).code(),
      DiffusionModel.code(SelfConditioning.of(config.diffusion().selfConditioning()))
    };
    this.shape = Longs.concat(numbers, weights.choice());
  }

  /**
   * Computes the loss and its gradients.
   *
   * @param scope owner of the result
   * @return the loss, then one gradient for each trained tensor
   */
  NDList gradients(NDManager scope, Batch batch) {
    try (NDManager work = scope.newSubManager()) {
      return switch (stage) {
        case AUTOREGRESSIVE ->
            graph.differentiate(scope, "next_token_gradients", nextToken(work, batch));
        case ADAPTATION, INSTRUCTION ->
            graph.differentiate(scope, "diffusion_gradients", diffusion(work, batch));
        case REWARD -> graph.differentiate(scope, "reward_gradients", reward(work, batch));
      };
    }
  }

  /** Computes the loss alone. */
  double loss(NDManager scope, Batch batch) {
    try (NDManager work = scope.newSubManager()) {
      NDArray loss =
          switch (stage) {
            case AUTOREGRESSIVE -> graph.call1(work, "next_token_loss", nextToken(work, batch));
            case ADAPTATION, INSTRUCTION ->
                graph.call1(work, "diffusion_loss", diffusion(work, batch));
            case REWARD ->
                graph.call1(work, "reward_loss", graph.call1(work, "rewards", reward(work, batch)));
          };
      return loss.getFloat();
    }
  }

  private NDArray[] nextToken(NDManager work, Batch batch) {
    return arguments(work, batch, work.create(batch.predicting()), work.create(batch.targets()));
  }

  private NDArray[] diffusion(NDManager work, Batch batch) {
    NDArray rows = work.create(batch.noisy());
    return arguments(
        work,
        batch,
        rows,
        mixture(work, batch, rows),
        work.create(batch.times(schedule.length, 0)),
        work.create(batch.predicting()),
        work.create(batch.targets()));
  }

  private NDArray[] reward(NDManager work, Batch batch) {
    boolean noisy = batch.noisy().length > 0;
    NDArray rows =
        noisy
            ? work.create(batch.noisy())
            : work.create(new Shape(0), ai.djl.ndarray.types.DataType.INT64);
    NDArray u = noisy ? unconditioned(work, batch) : work.create(new Shape(0));
    return arguments(work, batch, rows, u, work.create(batch.last()));
  }

  /** Parameters and ids first, the stage's own in the middle, then what all calls end in. */
  private NDArray[] arguments(NDManager work, Batch batch, NDArray... own) {
    List<NDArray> all = new ArrayList<>(Arrays.asList(parameters));
    all.add(work.create(batch.ids()));
    all.addAll(Arrays.asList(own));
    all.add(frequencies);
    all.add(work.create(positions(batch.lengths())));
    all.add(Scalars.ints(work, Arrays.stream(batch.lengths()).asLongStream().toArray()));
    all.add(Scalars.ints(work, shape));
    all.add(reals(work));
    return all.toArray(NDArray[]::new);
  }

  private static long[] positions(int[] lengths) {
    long[] positions = new long[Arrays.stream(lengths).sum()];
    int row = 0;
    for (int length : lengths) {
      for (int i = 0; i < length; i++) {
        positions[row++] = i;
      }
    }
    return positions;
  }

  /** u [N,V]: the noisy simplex mixed with the previous prediction, or with a uniform one. */
  private NDArray mixture(NDManager work, Batch batch, NDArray rows) {
    NDArray tokens = work.create(batch.noisyTokens());
    NDArray noise = noise(work, batch);
    NDArray previous = uniform(work);
    if (batch.conditioned()) {
      previous =
          graph.call1(
              work,
              "predict_clean",
              arguments(
                  work,
                  batch,
                  rows,
                  work.create(batch.noisyPredicting()),
                  tokens,
                  noise,
                  work.create(batch.alphaBars(schedule, 1)),
                  work.create(batch.times(schedule.length, 1))));
    }
    return mix(work, batch, previous, tokens, noise, shape);
  }

  private NDArray unconditioned(NDManager work, Batch batch) {
    long[] plain = shape.clone();
    plain[8] = 0;
    return mix(
        work, batch, uniform(work), work.create(batch.noisyTokens()), noise(work, batch), plain);
  }

  private NDArray mix(
      NDManager work, Batch batch, NDArray q, NDArray tokens, NDArray noise, long[] ints) {
    return graph.call1(
        work,
        "mix_noisy",
        q,
        tokens,
        noise,
        work.create(batch.alphaBars(schedule, 0)),
        Scalars.ints(work, ints),
        reals(work));
  }

  private NDArray reals(NDManager work) {
    return Scalars.reals(
        work,
        config.normEpsilon(),
        config.diffusion().simplexValue(),
        scale,
        mixtureGradient ? 1 : 0);
  }

  private NDArray uniform(NDManager work) {
    return work.full(new Shape(1, 1), 1f / config.vocabularySize());
  }

  private NDArray noise(NDManager work, Batch batch) {
    return noise.draw(work, batch, config.vocabularySize());
  }
}
