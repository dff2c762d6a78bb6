package io.github.tess2.runtime.model;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.tess2.CheckpointException;
import io.github.tess2.Precision;
import io.github.tess2.WeightFormat;
import io.github.tess2.runtime.checkpoint.Checkpoint;
import io.github.tess2.runtime.checkpoint.LowRank;
import io.github.tess2.runtime.checkpoint.ModelConfig;
import io.github.tess2.runtime.checkpoint.ModelWeight;
import io.github.tess2.runtime.checkpoint.StoredTensor;
import io.github.tess2.runtime.checkpoint.TensorInfo;
import io.github.tess2.runtime.checkpoint.TensorType;
import io.github.tess2.runtime.engine.ExitGate;
import io.github.tess2.runtime.graph.DType;
import io.github.tess2.runtime.graph.Graph;
import io.github.tess2.runtime.graph.WeightCalls;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Copies weights from a memory-mapped checkpoint to the device, one tensor at a time, cast to the
 * computed precision and laid out as the graph needs them. So a weight is only ever in the file's
 * pages and in its final place, and the pages are released immediately.
 */
public final class WeightLoader {
  private final Graph graph;
  private final NDManager owner;
  private final Checkpoint checkpoint;
  private final DType target;
  private final DType stored;
  private final Total total;

  /**
   * Starts to load.
   *
   * @param graph the graph that casts and joins
   * @param owner the owner of the weights
   * @param checkpoint the checkpoint to read; must stay open while this is used
   * @param precision the computed precision, to which weights are cast unless they are quantized;
   *     not {@link Precision#AUTO}
   * @param format the format of the weights of layers
   */
  public WeightLoader(
      Graph graph,
      NDManager owner,
      Checkpoint checkpoint,
      Precision precision,
      WeightFormat format) {
    this.graph = graph;
    this.owner = owner;
    this.checkpoint = checkpoint;
    this.target = DType.of(precision);
    this.stored = DType.of(format, precision);
    this.total = new Total();
  }

  /** What has been loaded on all devices. */
  private static final class Total {
    final Map<Device, Long> bytes = new HashMap<>();
    long parameters;
  }

  private WeightLoader(WeightLoader other, NDManager owner) {
    this.graph = other.graph;
    this.owner = owner;
    this.checkpoint = other.checkpoint;
    this.target = other.target;
    this.stored = other.stored;
    this.total = other.total;
  }

  /** {@return the device of each layer of a model whose weights this loads} */
  LayerPlacement placement(List<Device> devices, ModelConfig config) {
    return LayerPlacement.of(devices, config, target, stored);
  }

  /** {@return a loader of the same checkpoint to another device, with the same owner} */
  WeightLoader on(Device device) {
    return device.equals(owner.getDevice())
        ? this
        : new WeightLoader(this, owner.newSubManager(device));
  }

  /** The memory used on all devices so far. */
  long bytes() {
    return total.bytes.values().stream().mapToLong(Long::longValue).sum();
  }

  /** The memory used on the device of this loader so far. */
  long bytesHere() {
    return total.bytes.getOrDefault(owner.getDevice(), 0L);
  }

  private void count(long bytes) {
    total.bytes.merge(owner.getDevice(), bytes, Long::sum);
  }

  /** The number of weights loaded so far. */
  long parameters() {
    return total.parameters;
  }

  /** Loads a weight in the computed precision. */
  NDArray load(ModelWeight weight) {
    return joined(weight.names());
  }

  /**
   * Loads tensors and joins them along their first dimension.
   *
   * @param names the tensors, in order
   * @return one tensor, owned by the owner
   */
  public NDArray joined(List<String> names) {
    try (NDManager parts = owner.newSubManager()) {
      List<NDArray> loaded = new ArrayList<>(names.size());
      for (String name : names) {
        loaded.add(ExitGate.pass(() -> read(parts, name)));
      }
      NDArray result = graph.concatenate(parts, loaded);
      result.attach(owner);
      return result;
    }
  }

  /** {@return whether the weights of layers are quantized} */
  boolean quantizes() {
    return stored != target;
  }

  /**
   * Loads the weights of a product in the layers, quantized if the format says so.
   *
   * @param weight a weight of a layer
   * @return the weight in the form that the graph's products need, owned by the owner; the scale is
   *     empty if the weights are not quantized
   */
  WeightCalls.Quantized product(ModelWeight weight) {
    if (!quantizes()) {
      return new WeightCalls.Quantized(load(weight), nothing());
    }
    try (NDManager parts = owner.newSubManager()) {
      List<NDArray> weights = new ArrayList<>();
      List<NDArray> scales = new ArrayList<>();
      for (String name : weight.names()) {
        WeightCalls.Quantized part = ExitGate.pass(() -> quantize(parts, name));
        weights.add(part.weight());
        scales.add(part.scale());
      }
      NDArray joined = graph.concatenate(parts, weights);
      NDArray scale = graph.concatenate(parts, scales);
      scale.attach(owner);
      count(scale.getShape().size() * DType.FLOAT32.bytes());
      return new WeightCalls.Quantized(graph.weights().pack(owner, joined), scale);
    }
  }

  /** An empty tensor, in place of a weight that a model does not have. */
  NDArray nothing() {
    return owner.create(new float[0], new Shape(0));
  }

  /** Quantizes a tensor, without laying it out for the products. */
  private WeightCalls.Quantized quantize(NDManager manager, String name) {
    try (NDManager scope = manager.newSubManager()) {
      NDArray weight = read(scope, name, DType.FLOAT32, stored);
      return graph.weights().quantize(manager, weight, stored);
    }
  }

  private NDArray read(NDManager manager, String name) {
    return read(manager, name, target, target);
  }

  /** Reads a tensor in one format and counts the memory that it needs in its final format. */
  private NDArray read(NDManager manager, String name, DType type, DType kept) {
    StoredTensor tensor = checkpoint.tensor(name);
    count(tensor.info().elementCount() * kept.bytes());
    total.parameters += tensor.info().elementCount();
    Optional<LowRank> addition = tensor.lowRank();
    return addition.isPresent()
        ? sum(manager, tensor, addition.get(), type)
        : read(manager, tensor, type);
  }

  /**
   * Adds an adapter's product to a weight, in single precision and rounded only once, at the end.
   */
  private NDArray sum(NDManager manager, StoredTensor tensor, LowRank addition, DType type) {
    try (NDManager scope = manager.newSubManager()) {
      NDArray weight = read(scope, tensor, DType.FLOAT32);
      NDArray down = read(scope, addition.down(), DType.FLOAT32);
      NDArray up = read(scope, addition.up(), DType.FLOAT32);
      NDArray left = addition.transposed() ? down.transpose() : up;
      NDArray right = addition.transposed() ? up.transpose() : down;
      return graph.weights().addProduct(manager, weight, left, right, addition.scale(), type);
    }
  }

  private NDArray read(NDManager manager, StoredTensor tensor, DType type) {
    TensorInfo info = tensor.info();
    // On a CPU the raw tensor is the mapped file itself, so it is closed before the map.
    return tensor.read(
        data -> {
          try (NDManager raw = manager.newSubManager()) {
            NDArray file = raw.create(data, new Shape(info.byteCount()), DataType.UINT8);
            return graph.weights().load(manager, file, dtype(info), type, info.shape());
          }
        });
  }

  private static DType dtype(TensorInfo info) {
    TensorType type = info.dtype();
    return switch (type) {
      case F32 -> DType.FLOAT32;
      case F16 -> DType.FLOAT16;
      case BF16 -> DType.BFLOAT16;
      default ->
          throw new CheckpointException(
              String.format(
                  Locale.ROOT,
                  "the dtype of a weight must be F32, F16 or BF16, but %s has: %s",
                  info.name(),
                  type));
    };
  }
}
