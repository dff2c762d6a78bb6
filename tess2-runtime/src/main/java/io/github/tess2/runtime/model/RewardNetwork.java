package io.github.tess2.runtime.model;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.tess2.Precision;
import io.github.tess2.WeightFormat;
import io.github.tess2.runtime.checkpoint.Checkpoint;
import io.github.tess2.runtime.checkpoint.ModelConfig;
import io.github.tess2.runtime.checkpoint.WeightLayout;
import io.github.tess2.runtime.engine.Closing;
import io.github.tess2.runtime.engine.GpuMemory;
import io.github.tess2.runtime.graph.DType;
import io.github.tess2.runtime.graph.Graph;
import io.github.tess2.runtime.graph.PackedSequences;
import io.github.tess2.runtime.graph.RewardCalls;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A reward checkpoint on one or more devices. It computes values of sequences whose generated
 * positions are given as embeddings, and the gradients of these values. The input may be on another
 * device; results are on the device of the embeddings.
 *
 * <p>Letters in shapes: B sequences, R their concatenated rows, N the generated rows among these, M
 * the rows of a sequence that are scored, H the hidden size. Thread-safe; results belong to the
 * manager that the caller passes.
 */
public final class RewardNetwork implements AutoCloseable {
  /** Activations take at most this fraction of a GPU's free memory: steps need the rest. */
  private static final int GPU_SHARE = 4;

  private final ModelConfig config;
  private final NDManager manager;
  private final Graph graph;
  private final Backbone backbone;
  private final RewardCalls calls;
  private final long weightBytes;
  private final int bytesPerNumber;
  private final boolean quantized;
  private final long activationBytes;
  private final Map<Device, NDArray> copies = new ConcurrentHashMap<>();

  private RewardNetwork(
      NDManager manager,
      Graph graph,
      Checkpoint checkpoint,
      List<Device> devices,
      Precision precision,
      WeightFormat weights,
      long activationBytes) {
    this.bytesPerNumber = DType.of(precision).bytes();
    this.quantized = weights != WeightFormat.UNQUANTIZED;
    this.config = checkpoint.config();
    this.manager = manager;
    this.graph = graph;
    WeightLoader loader = new WeightLoader(graph, manager, checkpoint, precision, weights);
    this.backbone = new Backbone(graph, manager, loader, config, true, devices);
    NDArray score = loader.load(new WeightLayout(config).score());
    this.calls = new RewardCalls(backbone.calls(), backbone.embedding(), score);
    this.weightBytes = loader.bytes();
    this.activationBytes = Math.min(activationBytes, activationRoom(devices));
  }

  /** The memory for activations that GPUs have once the weights are loaded, in bytes. */
  private static long activationRoom(List<Device> devices) {
    return devices.stream()
        .filter(Device::isGpu)
        .mapToLong(gpu -> GpuMemory.of(gpu).free() / GPU_SHARE)
        .min()
        .orElse(Long.MAX_VALUE);
  }

  /**
   * Loads a checkpoint. The caller closes the network; the checkpoint may be closed before.
   *
   * @param checkpoint the checkpoint of a reward model
   * @param devices the device to compute on, or several GPUs that share the layers
   * @param precision the precision to compute in, not {@link Precision#AUTO}
   * @param weights how to store the weights of layers
   * @param activationBytes memory for the activations that are kept for a gradient, in bytes; on a
   *     GPU, less if it has less free
   * @throws io.github.tess2.CheckpointException if tensors are missing, surplus or misshapen
   * @throws io.github.tess2.DeviceException if a device lacks the memory or the weight format
   * @throws IllegalArgumentException if there are more devices than layers
   */
  public static RewardNetwork load(
      Checkpoint checkpoint,
      List<Device> devices,
      Precision precision,
      WeightFormat weights,
      long activationBytes) {
    checkpoint.requireRewardModel();
    return ModelStart.on(
        devices,
        precision,
        weights,
        checkpoint.config(),
        (manager, graph) ->
            new RewardNetwork(
                manager, graph, checkpoint, devices, precision, weights, activationBytes));
  }

  /** {@return the checkpoint's settings} */
  public ModelConfig config() {
    return config;
  }

  /** {@return memory of the weights on all devices, in bytes} */
  public long weightBytes() {
    return weightBytes;
  }

  /**
   * {@return the token embedding, {@code [V,H]}, in the computed precision, on another device if
   * need be} The copy is kept until this is closed.
   *
   * @param device the device of the model that is guided
   */
  public NDArray embeddingOn(Device device) {
    NDArray own = backbone.embedding();
    if (device.equals(own.getDevice())) {
      return own;
    }
    return copies.computeIfAbsent(
        device,
        there -> {
          NDManager owner = manager.newSubManager(there);
          try (NDArray like = owner.create(0f)) {
            return graph.beside(owner, own, like);
          }
        });
  }

  /**
   * The keys and values, in every layer, of the rows that sequences begin with and that do not
   * change.
   *
   * @param kept {@code [layers,2,P,kvHeads,D]} for the layers on each device, computed precision
   * @param rows P
   */
  public record Prefix(NDList kept, int rows) {}

  /**
   * Computes the keys and values of the first rows, which later rows need.
   *
   * @param owner the owner of the result
   * @param ids the tokens that sequences begin with; may be empty
   */
  public Prefix prefix(NDManager owner, long... ids) {
    try (NDManager scope = owner.newSubManager()) {
      NDArray tokens = scope.create(ids, new Shape(ids.length));
      NDList found = calls.prefix(owner, tokens, PackedSequences.of(new int[] {ids.length}, 0));
      return new Prefix(found, ids.length);
    }
  }

  /**
   * The roles of the rows of packed sequences, which all have one length. These rows come after a
   * prefix; the first of them has the number 0.
   *
   * @param ids int64 {@code [R]}
   * @param sequences B
   * @param generated the rows whose embeddings are given, int64 {@code [N]}
   * @param readout the rows that are scored, int64 {@code [B,M]}
   */
  public record Rows(NDArray ids, int sequences, NDArray generated, NDArray readout) {}

  /**
   * Computes values.
   *
   * @param owner the owner of the result
   * @param prefix the rows that each sequence begins with
   * @param rows the roles of the rows
   * @param embeddings the embeddings of the generated rows, {@code [N,H]}, float32
   * @param shares the weights of the scores of the readout, {@code [B,M]}, float32
   * @return {@code [B]}, float32
   */
  public NDArray value(
      NDManager owner, Prefix prefix, Rows rows, NDArray embeddings, NDArray shares) {
    return calls.value(
        owner, input(rows, embeddings, shares), prefix.kept(), sequences(prefix, rows));
  }

  /**
   * Computes values and their gradients. Activations are kept as far as the memory for them allows;
   * the rest is computed again.
   *
   * @param owner the owner of the results
   * @param prefix the rows that each sequence begins with
   * @param rows the roles of the rows
   * @param embeddings the embeddings of the generated rows, {@code [N,H]}, float32
   * @param shares the weights of the scores of the readout, {@code [B,M]}, float32
   * @return the values and their gradients
   */
  public RewardCalls.Gradients gradient(
      NDManager owner, Prefix prefix, Rows rows, NDArray embeddings, NDArray shares) {
    KeptActivations kept =
        KeptActivations.within(
            config, (int) rows.ids().size(), bytesPerNumber, quantized, activationBytes);
    return calls.gradient(
        owner,
        input(rows, embeddings, shares),
        prefix.kept(),
        kept.attentions(),
        kept.feedForwards(),
        sequences(prefix, rows));
  }

  private static RewardCalls.Input input(Rows rows, NDArray embeddings, NDArray shares) {
    return new RewardCalls.Input(rows.ids(), rows.generated(), embeddings, rows.readout(), shares);
  }

  private static PackedSequences sequences(Prefix prefix, Rows rows) {
    int[] lengths = new int[rows.sequences()];
    Arrays.fill(lengths, (int) rows.ids().size() / lengths.length);
    return PackedSequences.of(lengths, prefix.rows());
  }

  /**
   * {@return whether a tensor's gradient is being recorded}
   *
   * @param x any tensor
   */
  public boolean wantsGradient(NDArray x) {
    return graph.relaxation().wantsGradient(manager, x);
  }

  /**
   * Computes the distribution of the ends of answers, differentiably.
   *
   * @param owner the owner of the result
   * @param end the probability of the end-of-sequence token, {@code [B,G]}, float32
   * @return the probability that the first one is at each position, with all remaining probability
   *     at the last position, {@code [B,G]}, float32
   */
  public NDArray ends(NDManager owner, NDArray end) {
    return calls.ends(owner, end);
  }

  @Override
  public void close() {
    Closing.all(manager::close, graph::close);
  }
}
