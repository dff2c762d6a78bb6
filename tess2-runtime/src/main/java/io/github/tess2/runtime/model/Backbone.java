package io.github.tess2.runtime.model;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.github.tess2.runtime.checkpoint.ModelConfig;
import io.github.tess2.runtime.checkpoint.ModelWeight;
import io.github.tess2.runtime.checkpoint.WeightLayout;
import io.github.tess2.runtime.graph.Architecture;
import io.github.tess2.runtime.graph.DecoderCalls;
import io.github.tess2.runtime.graph.Graph;
import io.github.tess2.runtime.graph.PackedSequences;
import io.github.tess2.runtime.graph.ProductShape;
import io.github.tess2.runtime.graph.WeightCalls;
import java.util.ArrayList;
import java.util.List;

/**
 * The decoder: its weights on the device, and the computation of hidden states from input
 * embeddings. Sequences are packed one after another without padding: R rows in all.
 */
public final class Backbone {
  private final DecoderCalls calls;
  private final NDArray embedding;

  Backbone(
      Graph graph,
      NDManager owner,
      WeightLoader loader,
      ModelConfig config,
      boolean causal,
      List<Device> layerDevices) {
    LayerPlacement placement = loader.placement(layerDevices, config);
    WeightLayout layout = new WeightLayout(config);
    this.embedding = loader.load(layout.embedding());
    List<NDArray> weights = new ArrayList<>();
    List<NDArray> extras = new ArrayList<>();
    List<Device> devices = placement.ofLayers();
    for (WeightLayout.Layer layer : layout.layers()) {
      WeightLoader there = loader.on(devices.get(weights.size() / layer.weights().size()));
      for (ModelWeight weight : layer.weights()) {
        if (weight.kind() == ModelWeight.Kind.NORM) {
          weights.add(there.load(weight));
        } else {
          WeightCalls.Quantized product = there.product(weight);
          weights.add(product.weight());
          extras.add(product.scale());
        }
      }
      extras.add(layer.queryKeyValueBias().map(there::load).orElseGet(there::nothing));
    }
    weights.add(loader.on(placement.last()).load(layout.finalNorm()));
    if (loader.quantizes() || config.attentionBias()) {
      weights.addAll(extras);
    }
    this.calls =
        new DecoderCalls(
            graph,
            weights,
            owner.create(config.inverseFrequencies()),
            architecture(config, causal));
  }

  /**
   * {@return the dimensions of a decoder}
   *
   * @param config the model's configuration
   * @param causal whether a position sees only those before it and itself
   */
  public static Architecture architecture(ModelConfig config, boolean causal) {
    return new Architecture(
        config.layers(),
        config.heads(),
        config.keyValueHeads(),
        config.headDimension(),
        config.slidingWindow().orElse(0),
        causal,
        config.normEpsilon());
  }

  /**
   * The matrix products of a model: those of a layer, and the two with the embedding or the head.
   */
  static List<ProductShape> products(ModelConfig config) {
    List<ProductShape> products = new ArrayList<>(layerProducts(config));
    products.add(new ProductShape(config.vocabularySize(), config.hiddenSize(), false));
    products.add(new ProductShape(config.hiddenSize(), config.vocabularySize(), true));
    return products;
  }

  /** The matrix products of a layer. */
  static List<ProductShape> layerProducts(ModelConfig config) {
    int hidden = config.hiddenSize();
    int queries = config.heads() * config.headDimension();
    int keysAndValues = 2 * config.keyValueHeads() * config.headDimension();
    return List.of(
        new ProductShape(queries + keysAndValues, hidden, false),
        new ProductShape(hidden, queries, false),
        new ProductShape(2 * config.intermediateSize(), hidden, false),
        new ProductShape(hidden, config.intermediateSize(), false));
  }

  /** {@return the token embedding E, {@code [V,H]}, in the computed precision} */
  public NDArray embedding() {
    return embedding;
  }

  /**
   * Computes the final hidden states.
   *
   * @param manager the owner of the result
   * @param inputs input embeddings, {@code [R,H]}, float32 or the computed precision
   * @param lengths the lengths of the packed sequences, summing to R
   * @return {@code [R,H]} in the computed precision
   */
  public NDArray decode(NDManager manager, NDArray inputs, int[] lengths) {
    return calls.decode(manager, inputs, PackedSequences.of(lengths, 0));
  }

  /**
   * Computes the hidden states after every layer, then after the final norm.
   *
   * @param manager the owner of the result
   * @param inputs input embeddings, {@code [R,H]}, float32 or the computed precision
   * @param lengths the lengths of the packed sequences, summing to R
   * @return layers + 1 tensors {@code [R,H]}: float32, the last in the computed precision
   */
  public NDList trace(NDManager manager, NDArray inputs, int[] lengths) {
    return calls.trace(manager, inputs, PackedSequences.of(lengths, 0));
  }

  /**
   * Computes the final hidden states of some rows, which takes less time than {@link #decode} for
   * all: most of the last layer is computed only for these rows.
   *
   * @param manager the owner of the result
   * @param inputs input embeddings, {@code [R,H]}, float32 or the computed precision
   * @param lengths the lengths of the packed sequences, summing to R
   * @param rows int64 {@code [N]} on any device; −1 for a row of zeros
   * @return {@code [N,H]} in the computed precision
   */
  public NDArray decodeRows(NDManager manager, NDArray inputs, int[] lengths, NDArray rows) {
    return calls.decodeRows(manager, inputs, rows, PackedSequences.of(lengths, 0));
  }

  /**
   * What a pass over whole sequences computes for later passes over some of their rows.
   *
   * @param hidden the final hidden states of the requested rows, {@code [N,H]} in the computed
   *     precision
   * @param kept the keys and values of each sequence of L rows: a tensor for the layers on each
   *     device, {@code [layers,2,L,kvHeads,D]} in the computed precision
   */
  public record Kept(NDArray hidden, List<NDList> kept) {}

  /**
   * Computes the same as {@link #decodeRows}, to the last bit, and keeps the keys and values of all
   * rows.
   *
   * @param manager the owner of the result
   * @param inputs input embeddings, {@code [R,H]}, float32 or the computed precision
   * @param lengths the lengths of the packed sequences, summing to R
   * @param rows int64 {@code [N]} on any device; −1 for a row of zeros
   */
  public Kept decodeKeeping(NDManager manager, NDArray inputs, int[] lengths, NDArray rows) {
    NDList found = calls.decodeKeeping(manager, inputs, rows, PackedSequences.of(lengths, 0));
    List<NDArray> all = found.subList(1, found.size());
    List<NDList> kept = new ArrayList<>();
    KeptOrder.bySequence(all, lengths.length).forEach(own -> kept.add(new NDList(own)));
    return new Kept(found.get(0), kept);
  }

  /**
   * Computes the final hidden states of some rows of sequences, with kept keys and values in place
   * of the other rows.
   *
   * @param manager the owner of the result
   * @param inputs input embeddings of the rows, {@code [A,H]}, float32 or the computed precision
   * @param places the position of each row in its sequence, sequence by sequence, A in all
   * @param lengths the number of rows of each sequence, summing to A
   * @param rows the rows to return, int64 {@code [N]} on any device; −1 for a row of zeros
   * @param kept what {@link #decodeKeeping} kept of each sequence; the keys and values of these
   *     rows are overwritten
   * @return {@code [N,H]} in the computed precision
   */
  public NDArray decodeSome(
      NDManager manager,
      NDArray inputs,
      long[] places,
      int[] lengths,
      NDArray rows,
      List<NDList> kept) {
    return calls.decodeSome(
        manager, inputs, rows, KeptOrder.byDevice(kept), PackedSequences.of(places, lengths));
  }

  /** {@return the calls of this decoder} */
  DecoderCalls calls() {
    return calls;
  }
}
