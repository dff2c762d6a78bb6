package io.github.tess2.runtime.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.github.tess2.runtime.checkpoint.ModelConfig;
import io.github.tess2.runtime.graph.Graph;
import io.github.tess2.runtime.graph.ProductShape;
import io.github.tess2.runtime.graph.Scalars;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * The decoder: its weights on the device, and hidden states out of input embeddings. Sequences are
 * packed one behind the other without padding: R rows in all.
 */
public final class Backbone {
  private static final String WEIGHT = ".weight";

  private final Graph graph;
  private final ModelConfig config;
  private final boolean causal;
  private final NDArray embedding;
  private final NDArray[] weights;
  private final NDArray inverseFrequencies;

  Backbone(Graph graph, NDManager owner, WeightLoader loader, ModelConfig config, boolean causal) {
    this.graph = graph;
    this.config = config;
    this.causal = causal;
    this.embedding = loader.load("model.embed_tokens.weight");
    List<NDArray> own = new ArrayList<>();
    List<NDArray> extras = new ArrayList<>();
    for (int i = 0; i < config.layers(); i++) {
      String layer = "model.layers." + i + ".";
      own.add(loader.load(layer + "input_layernorm.weight"));
      product(
          loader, own, extras, names(layer + "self_attn.", WEIGHT, "q_proj", "k_proj", "v_proj"));
      product(loader, own, extras, names(layer + "self_attn.", WEIGHT, "o_proj"));
      own.add(loader.load(layer + "post_attention_layernorm.weight"));
      product(loader, own, extras, names(layer + "mlp.", WEIGHT, "gate_proj", "up_proj"));
      product(loader, own, extras, names(layer + "mlp.", WEIGHT, "down_proj"));
      extras.add(
          config.attentionBias()
              ? loader.joined(names(layer + "self_attn.", ".bias", "q_proj", "k_proj", "v_proj"))
              : loader.nothing());
    }
    own.add(loader.load("model.norm.weight"));
    if (loader.quantizes() || config.attentionBias()) {
      own.addAll(extras);
    }
    this.weights = own.toArray(NDArray[]::new);
    for (NDArray weight : weights) {
      weight.setName("weights[]");
    }
    double[] frequencies = config.inverseFrequencies();
    float[] narrowed = new float[frequencies.length];
    for (int i = 0; i < narrowed.length; i++) {
      narrowed[i] = (float) frequencies[i];
    }
    this.inverseFrequencies = owner.create(narrowed);
  }

  private static void product(
      WeightLoader loader, List<NDArray> weights, List<NDArray> scales, List<String> names) {
    WeightLoader.Product product = loader.product(names);
    weights.add(product.weight());
    scales.add(product.scale());
  }

  private static List<String> names(String prefix, String kind, String... parts) {
    return List.of(parts).stream().map(part -> prefix + part + kind).toList();
  }

  /** The products of a model: those of a layer, and the two with the embedding or the head. */
  static List<ProductShape> products(ModelConfig config) {
    List<ProductShape> products = new ArrayList<>(layerProducts(config));
    products.add(new ProductShape(config.vocabularySize(), config.hiddenSize(), false));
    products.add(new ProductShape(config.hiddenSize(), config.vocabularySize(), true));
    return products;
  }

  /** The products of a layer. */
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
   * @param manager owner of the result
   * @param inputs input embeddings, {@code [R,H]}, float32 or the computed precision
   * @param lengths of the packed sequences, summing to R
   * @return {@code [R,H]} in the computed precision
   */
  public NDArray decode(NDManager manager, NDArray inputs, int[] lengths) {
    return decode(manager, inputs, lengths, false).singletonOrThrow();
  }

  /**
   * Computes the hidden states behind every layer, then the final norm.
   *
   * @param manager owner of the result
   * @param inputs input embeddings, {@code [R,H]}, float32 or the computed precision
   * @param lengths of the packed sequences, summing to R
   * @return layers + 1 tensors {@code [R,H]}: float32, the last in the computed precision
   */
  public NDList trace(NDManager manager, NDArray inputs, int[] lengths) {
    return decode(manager, inputs, lengths, true);
  }

  /**
   * Computes the final hidden states of some rows, which takes less time than {@link #decode} for
   * all: most of the last layer is computed for these rows alone.
   *
   * @param manager owner of the result
   * @param inputs input embeddings, {@code [R,H]}, float32 or the computed precision
   * @param lengths of the packed sequences, summing to R
   * @param rows int64 {@code [N]} on any device; −1 for a row of zeros
   * @return {@code [N,H]} in the computed precision
   */
  public NDArray decodeRows(NDManager manager, NDArray inputs, int[] lengths, NDArray rows) {
    return call(manager, "decode_rows", lengths, 0, false, inputs, rows).singletonOrThrow();
  }

  /**
   * What a pass over whole sequences computes for later passes over some of their rows.
   *
   * @param hidden the final hidden states of the rows that were asked for, {@code [N,H]} in the
   *     computed precision
   * @param kept for each sequence of L rows the keys and values of all of them, {@code
   *     [layers,2,L,kvHeads,D]} in the computed precision
   */
  public record Kept(NDArray hidden, List<NDArray> kept) {}

  /**
   * Computes what {@link #decodeRows} does, the same to the last bit, and keeps keys and values of
   * all rows.
   *
   * @param manager owner of the result
   * @param inputs input embeddings, {@code [R,H]}, float32 or the computed precision
   * @param lengths of the packed sequences, summing to R
   * @param rows int64 {@code [N]} on any device; −1 for a row of zeros
   */
  public Kept decodeKeeping(NDManager manager, NDArray inputs, int[] lengths, NDArray rows) {
    NDList found = call(manager, "decode_keeping", lengths, 0, false, inputs, rows);
    return new Kept(found.get(0), List.copyOf(found.subList(1, found.size())));
  }

  /**
   * Computes the final hidden states of some rows of sequences; for the others the keys and values
   * that were kept stand in.
   *
   * @param manager owner of the result
   * @param inputs input embeddings of the rows, {@code [A,H]}, float32 or the computed precision
   * @param places where in its sequence each row stands, sequence by sequence, A in all
   * @param lengths how many rows are of each sequence, summing to A
   * @param rows which of them to return, int64 {@code [N]} on any device; −1 for a row of zeros
   * @param kept what {@link #decodeKeeping} kept of each; what is there of these rows is
   *     overwritten
   * @return {@code [N,H]} in the computed precision
   */
  public NDArray decodeSome(
      NDManager manager,
      NDArray inputs,
      long[] places,
      int[] lengths,
      NDArray rows,
      List<NDArray> kept) {
    kept.forEach(cache -> cache.setName("caches[]"));
    NDArray[] own = Stream.concat(Stream.of(inputs, rows), kept.stream()).toArray(NDArray[]::new);
    return call(manager, "decode_some", places, lengths, false, own).singletonOrThrow();
  }

  private NDList decode(NDManager manager, NDArray inputs, int[] lengths, boolean trace) {
    return call(manager, "decode", lengths, 0, trace, inputs);
  }

  /**
   * Calls a method that takes tensors of its own and then what every pass needs.
   *
   * @param lengths of the packed sequences
   * @param earlier how many rows of each sequence stand before these
   * @param trace whether to return every layer's outcome
   */
  NDList call(
      NDManager manager, String method, int[] lengths, int earlier, boolean trace, NDArray... own) {
    return call(manager, method, positions(lengths, earlier), lengths, trace, own);
  }

  private NDList call(
      NDManager manager,
      String method,
      long[] positions,
      int[] lengths,
      boolean trace,
      NDArray... own) {
    try (NDManager scope = manager.newSubManager()) {
      NDArray[] arguments = Arrays.copyOf(own, own.length + weights.length + 5);
      System.arraycopy(weights, 0, arguments, own.length, weights.length);
      int at = own.length + weights.length;
      arguments[at++] = inverseFrequencies;
      arguments[at++] = Scalars.ints(scope, positions);
      arguments[at++] = Scalars.ints(scope, widen(lengths));
      arguments[at++] = Scalars.ints(scope, shape(trace));
      arguments[at] = Scalars.reals(scope, config.normEpsilon());
      return graph.call(manager, method, arguments);
    }
  }

  private long[] shape(boolean trace) {
    return new long[] {
      config.layers(),
      config.heads(),
      config.keyValueHeads(),
      config.headDimension(),
      config.slidingWindow().orElse(0),
      causal ? 1 : 0,
      trace ? 1 : 0
    };
  }

  private static long[] positions(int[] lengths, int earlier) {
    long[] positions = new long[Arrays.stream(lengths).sum()];
    int row = 0;
    for (int length : lengths) {
      for (int i = 0; i < length; i++) {
        positions[row++] = (long) earlier + i;
      }
    }
    return positions;
  }

  private static long[] widen(int[] values) {
    return Arrays.stream(values).asLongStream().toArray();
  }
}
