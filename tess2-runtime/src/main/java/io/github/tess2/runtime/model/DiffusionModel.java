package io.github.tess2.runtime.model;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.tess2.Precision;
import io.github.tess2.SelfConditioning;
import io.github.tess2.WeightFormat;
import io.github.tess2.runtime.checkpoint.Checkpoint;
import io.github.tess2.runtime.checkpoint.ModelConfig;
import io.github.tess2.runtime.checkpoint.WeightLayout;
import io.github.tess2.runtime.engine.Closing;
import io.github.tess2.runtime.graph.Graph;
import io.github.tess2.runtime.graph.KernelSet;
import io.github.tess2.runtime.graph.MaskedPredictions;
import io.github.tess2.runtime.graph.SamplingCalls;
import io.github.tess2.spi.MaskedSampler;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A diffusion checkpoint of any family on one or more devices, with the parts of its forward pass
 * and the simplex arithmetic. Its tensors are on the first device, except the weights of layers,
 * which may be spread over several, and what is kept for them.
 *
 * <p>Letters in shapes: R rows of packed sequences, G generated positions, C a chunk of them, V the
 * vocabulary size, H the hidden size. Tensors in the "computed precision" are opaque to DJL in
 * bf16; V-wide tensors are always float32. Thread-safe; results belong to the manager that the
 * caller passes.
 */
public final class DiffusionModel implements AutoCloseable {
  private final ModelConfig config;
  private final Precision precision;
  private final WeightFormat weights;
  private final List<Device> devices;
  private final NDManager manager;
  private final Graph graph;
  private final Backbone backbone;
  private final NDArray head;
  private final NDArray timeWeight;
  private final @Nullable TimeWarp warp;
  private final long weightBytes;
  private final long firstWeightBytes;
  private final long parameters;

  private DiffusionModel(
      NDManager manager,
      Graph graph,
      Checkpoint checkpoint,
      List<Device> devices,
      Precision precision,
      WeightFormat weights) {
    this.weights = weights;
    this.devices = devices;
    this.config = checkpoint.config();
    this.precision = precision;
    this.manager = manager;
    this.graph = graph;
    WeightLoader loader = new WeightLoader(graph, manager, checkpoint, precision, weights);
    this.backbone =
        new Backbone(graph, manager, loader, config, config.diffusion().causal(), devices);
    this.head =
        config.tiedHead() ? backbone.embedding() : loader.load(new WeightLayout(config).head());
    this.timeWeight =
        config.masked().isEmpty() && config.diffusion().timestepEmbedding()
            ? loader.load(new WeightLayout(config).time())
            : manager.zeros(new ai.djl.ndarray.types.Shape(config.hiddenSize(), 1));
    this.warp =
        checkpoint.isCdcd()
            ? TimeWarp.of(checkpoint.floats("cdf.l_t"), checkpoint.floats("cdf.l_u"))
            : null;
    this.weightBytes = loader.bytes();
    this.firstWeightBytes = loader.bytesHere();
    this.parameters = loader.parameters();
  }

  /**
   * Loads a checkpoint. The caller closes the model; the checkpoint may be closed before.
   *
   * @param checkpoint the checkpoint of a diffusion model
   * @param devices the device to compute on, or several GPUs that share the layers
   * @param precision the precision to compute in, not {@link Precision#AUTO}
   * @param weights how to store the weights of layers
   * @throws io.github.tess2.CheckpointException if tensors are missing, surplus or misshapen
   * @throws io.github.tess2.DeviceException if a device lacks the memory or the weight format
   * @throws IllegalArgumentException if there are more devices than layers
   */
  public static DiffusionModel load(
      Checkpoint checkpoint, List<Device> devices, Precision precision, WeightFormat weights) {
    checkpoint.requireDiffusionModel();
    return ModelStart.on(
        devices,
        precision,
        weights,
        checkpoint.config(),
        (manager, graph) ->
            new DiffusionModel(manager, graph, checkpoint, devices, precision, weights));
  }

  /**
   * Loads a checkpoint with unquantized weights. The caller closes the model; the checkpoint may be
   * closed before.
   *
   * @param checkpoint the checkpoint of a diffusion model
   * @param device the device to compute on
   * @param precision the precision to compute in, not {@link Precision#AUTO}
   * @throws io.github.tess2.CheckpointException if tensors are missing, surplus or misshapen
   * @throws io.github.tess2.DeviceException if the device does not have enough memory
   */
  public static DiffusionModel load(Checkpoint checkpoint, Device device, Precision precision) {
    return load(checkpoint, List.of(device), precision, WeightFormat.UNQUANTIZED);
  }

  /**
   * Loads a checkpoint with chosen kernels, which may compute a row differently depending on the
   * other rows.
   *
   * @param checkpoint the checkpoint of a diffusion model
   * @param device the device to compute on
   * @param precision the precision to compute in, not {@link Precision#AUTO}
   * @param weights how to store the weights of layers
   * @param kernels how layers compute; they must fit the weights
   * @throws io.github.tess2.CheckpointException if tensors are missing, surplus or misshapen
   * @throws io.github.tess2.DeviceException if the device does not have enough memory
   */
  public static DiffusionModel load(
      Checkpoint checkpoint,
      Device device,
      Precision precision,
      WeightFormat weights,
      KernelSet kernels) {
    checkpoint.requireDiffusionModel();
    return ModelStart.on(
        device,
        () -> Graph.load(device, kernels),
        (manager, graph) ->
            new DiffusionModel(manager, graph, checkpoint, List.of(device), precision, weights));
  }

  /** {@return the checkpoint's settings} */
  public ModelConfig config() {
    return config;
  }

  /** {@return the precision that this computes in} */
  public Precision precision() {
    return precision;
  }

  /** {@return how the weights of its layers are stored} */
  public WeightFormat weights() {
    return weights;
  }

  /** {@return its devices; the first is that of {@link #manager()}} */
  public List<Device> devices() {
    return devices;
  }

  /** {@return the root of all tensors of this model, closed with it} */
  public NDManager manager() {
    return manager;
  }

  /** {@return the module that does all computation} */
  public Graph graph() {
    return graph;
  }

  /** {@return the decoder} */
  public Backbone backbone() {
    return backbone;
  }

  /** {@return the learned time warp of a CDCD checkpoint; null for others} */
  public @Nullable TimeWarp warp() {
    return warp;
  }

  /** {@return memory of the weights on all devices, in bytes} */
  public long weightBytes() {
    return weightBytes;
  }

  /** {@return memory of the weights on the first device, in bytes} */
  public long firstWeightBytes() {
    return firstWeightBytes;
  }

  /** {@return the number of weights} */
  public long parameters() {
    return parameters;
  }

  /**
   * Builds the decoder's input: {@code E[ids]}, but the canvas plus the timestep embedding at
   * generated rows.
   *
   * @param scope the owner of the result
   * @param ids int64 {@code [R]}
   * @param canvas input embeddings u·E of the generated rows, {@code [N,H]}, computed precision
   * @param rows the indices of those rows, int64 {@code [N]}
   * @param times t/T of each, any floating type {@code [N]}; like ids and rows on any device
   * @return {@code [R,H]}, float32
   */
  public NDArray assemble(
      NDManager scope, NDArray ids, NDArray canvas, NDArray rows, NDArray times) {
    return backbone
        .calls()
        .assemble(scope, ids, backbone.embedding(), canvas, rows, times, timeWeight);
  }

  /**
   * Picks rows of hidden states.
   *
   * @param scope the owner of the result
   * @param hidden {@code [R,H]}, computed precision
   * @param rows int64 {@code [N]} on any device; −1 for a row of zeros, which comes before the
   *     first position if predictions are shifted by one
   * @return {@code [N,H]}, computed precision
   */
  public NDArray selectRows(NDManager scope, NDArray hidden, NDArray rows) {
    return graph.selectRows(scope, hidden, rows);
  }

  /**
   * Computes logits.
   *
   * @param scope the owner of the result
   * @param hidden {@code [C,H]}, computed precision
   * @return {@code [C,V]}, float32
   */
  public NDArray logits(NDManager scope, NDArray hidden) {
    return graph.head(scope, hidden, head);
  }

  /**
   * Computes the predictions of a masked diffusion model at open positions.
   *
   * @param scope the owner of temporary tensors
   * @param logits {@code [C,V]}, float32
   * @param noise Gumbel noise for a draw, {@code [C,V]}, float32; empty for the likeliest token
   * @param how how they are computed
   * @return the predictions of the C rows
   */
  public MaskedPredictions candidates(
      NDManager scope, NDArray logits, NDArray noise, SamplingCalls.Candidates how) {
    return graph.sampling().candidates(scope, logits, noise, how);
  }

  /**
   * Computes the entropies of a masked diffusion model's predictions at open positions.
   *
   * @param scope the owner of temporary tensors
   * @param logits {@code [C,V]}, float32
   * @return the entropy of each of the C rows, in nats, at least 0
   */
  public double[] entropies(NDManager scope, NDArray logits) {
    NDArray noNoise = scope.create(new float[0]);
    SamplingCalls.Candidates how =
        SamplingCalls.Candidates.likeliest(maskId(), MaskedSampler.Measure.NEGATIVE_ENTROPY);
    MaskedPredictions found = candidates(scope, logits, noNoise, how);
    return IntStream.range(0, (int) logits.getShape().get(0))
        .mapToDouble(row -> Math.max(0, -found.measure(row)))
        .toArray();
  }

  /** {@return the mask token of a masked diffusion model} */
  public int maskId() {
    return config.masked().orElseThrow().maskId();
  }

  /**
   * Makes the logits of decided positions certain of their tokens.
   *
   * @param scope the owner of the result
   * @param logits {@code [C,V]}, float32
   * @param tokens the tokens of the C positions; −1 for an open one
   * @return {@code [C,V]}, float32
   */
  public NDArray pin(NDManager scope, NDArray logits, long[] tokens) {
    return graph.sampling().pin(scope, logits, tokens);
  }

  /**
   * Finds the likeliest tokens.
   *
   * @param scope the owner of the result
   * @param logits {@code [C,V]}, float32
   * @return token ids and their probabilities in two columns, float64 {@code [C,2]}
   */
  public NDArray readOut(NDManager scope, NDArray logits) {
    return graph.sampling().readOut(scope, logits);
  }

  /**
   * Finds the likeliest tokens, their probabilities and the entropies of their rows.
   *
   * @param scope the owner of the result
   * @param logits {@code [C,V]}, float32
   * @return the result of {@link #readOut}, to the last bit, and a third column with the entropy of
   *     the row's distribution in nats, float64 {@code [C,3]}
   */
  public NDArray readOutEntropies(NDManager scope, NDArray logits) {
    return graph.sampling().readOutEntropies(scope, logits);
  }

  /**
   * Draws one token per row from the nucleus of softmax(logits / temperature).
   *
   * @param scope the owner of the result
   * @param logits {@code [C,V]}, float32
   * @param uniforms in [0, 1), one column for each try, {@code [C,K]}, float32
   * @param temperature greater than 0
   * @param topP in (0, 1]
   * @return token ids, int64 {@code [C]}
   */
  public NDArray draw(
      NDManager scope, NDArray logits, NDArray uniforms, double temperature, double topP) {
    return graph.sampling().draw(scope, logits, uniforms, temperature, topP);
  }

  /**
   * Computes the noisy simplex of tokens, {@code x = √ᾱ·(±k one-hot) + √(1−ᾱ)·k·ε}.
   *
   * @param scope the owner of the result
   * @param tokens int64 {@code [C]}
   * @param noise ε, {@code [C,V]}, float32; used up
   * @param alphaBar ᾱ
   * @return x, {@code [C,V]}, float32, in the noise's memory
   */
  public NDArray renoise(NDManager scope, NDArray tokens, NDArray noise, double alphaBar) {
    return graph.sampling().renoise(scope, tokens, noise, alphaBar, simplexValue());
  }

  /**
   * The same, but rows may start again from noise.
   *
   * @param scope the owner of the result
   * @param tokens int64 {@code [C]}; negative for a row that becomes k·ε
   * @param noise ε, {@code [C,V]}, float32; used up
   * @param alphaBar ᾱ of the other rows
   * @return x, {@code [C,V]}, float32
   */
  public NDArray renoiseAccepted(NDManager scope, NDArray tokens, NDArray noise, double alphaBar) {
    return graph.sampling().renoiseAccepted(scope, tokens, noise, alphaBar, simplexValue());
  }

  /**
   * Computes +k at the token and −k elsewhere.
   *
   * @param scope the owner of the result
   * @param tokens int64 {@code [C]}
   * @return {@code [C,V]}, float32
   */
  public NDArray oneHot(NDManager scope, NDArray tokens) {
    return graph.sampling().oneHot(scope, tokens, config.vocabularySize(), simplexValue());
  }

  /**
   * Computes the input embedding u·E of a noisy simplex and the previous prediction.
   *
   * @param scope the owner of the result
   * @param x {@code [C,V]}, float32
   * @param previous the previous logits, {@code [C,V]}, float32; null at the first step, whose
   *     softmax is uniform
   * @param mode how they mix
   * @return {@code [C,H]}, computed precision
   */
  public NDArray embed(
      NDManager scope, NDArray x, @Nullable NDArray previous, SelfConditioning mode) {
    return graph.sampling().embed(scope, x, previous, backbone.embedding(), mode);
  }

  /** {@return k} */
  public double simplexValue() {
    return config.diffusion().simplexValue();
  }

  @Override
  public void close() {
    Closing.all(manager::close, graph::close);
  }
}
