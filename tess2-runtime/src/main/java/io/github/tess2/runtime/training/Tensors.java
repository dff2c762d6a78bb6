package io.github.tess2.runtime.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.tess2.Precision;
import io.github.tess2.WeightFormat;
import io.github.tess2.runtime.checkpoint.Checkpoint;
import io.github.tess2.runtime.checkpoint.ModelWeight;
import io.github.tess2.runtime.generation.RandomSeeds;
import io.github.tess2.runtime.graph.Graph;
import io.github.tess2.runtime.graph.RandomKind;
import io.github.tess2.runtime.model.WeightLoader;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/**
 * One float32 tensor for each {@link ModelWeight}: the weights, or one of the optimizer's two
 * moments. They belong to the manager in which they were created.
 */
final class Tensors {
  private static final double INITIAL_DEVIATION = 0.02;

  private final List<ModelWeight> layout;
  private final List<NDArray> values;

  Tensors(List<ModelWeight> layout, List<NDArray> values) {
    this.layout = List.copyOf(layout);
    this.values = List.copyOf(values);
  }

  static Tensors zeros(NDManager owner, List<ModelWeight> layout) {
    List<NDArray> values = new ArrayList<>();
    for (ModelWeight weight : layout) {
      values.add(zeros(owner, weight.shape()));
    }
    return new Tensors(layout, values);
  }

  static NDArray zeros(NDManager owner, long... shape) {
    return owner.zeros(new Shape(shape), DataType.FLOAT32);
  }

  /**
   * Loads weights from a checkpoint that {@link StageModels#checkStart} has accepted. Weights that
   * it does not have (the timestep embedding of an autoregressive base, the score of a language
   * model) and those of a new model are initialized as in Hugging Face's models.
   */
  static Tensors load(
      Graph graph,
      NDManager owner,
      List<ModelWeight> layout,
      @org.jspecify.annotations.Nullable Checkpoint checkpoint,
      long seed) {
    List<NDArray> values = new ArrayList<>();
    for (int i = 0; i < layout.size(); i++) {
      ModelWeight weight = layout.get(i);
      values.add(
          checkpoint != null && holds(checkpoint, weight)
              ? read(
                  graph, owner, weight, checkpoint, RandomSeeds.of(seed, RandomSeeds.WEIGHTS, i, 0))
              : fresh(graph, owner, weight, RandomSeeds.of(seed, RandomSeeds.WEIGHTS, i, 0)));
    }
    return new Tensors(layout, values);
  }

  private static boolean holds(Checkpoint checkpoint, ModelWeight weight) {
    return weight.sources().stream().allMatch(source -> checkpoint.has(source.name()));
  }

  private static NDArray fresh(Graph graph, NDManager owner, ModelWeight weight, long seed) {
    if (weight.kind() == ModelWeight.Kind.NORM) {
      return owner.ones(new Shape(weight.shape()), DataType.FLOAT32);
    }
    return normal(graph, owner, weight.shape(), INITIAL_DEVIATION, seed);
  }

  /** A matrix of normally distributed numbers. */
  static NDArray normal(Graph graph, NDManager owner, long[] shape, double deviation, long seed) {
    try (NDManager scope = owner.newSubManager()) {
      int width = Math.toIntExact(shape[1]);
      LongStream keys =
          RandomSeeds.rows(seed, RandomSeeds.WEIGHTS, 0, 0, Math.toIntExact(shape[0]));
      NDArray normal =
          graph.random(scope, RandomKind.NORMALS, scope.zeros(new Shape(1)), width, keys);
      normal.muli(deviation).attach(owner);
      return normal;
    }
  }

  /** Rows of tokens that were added later are initialized as in a new model. */
  private static NDArray read(
      Graph graph, NDManager owner, ModelWeight weight, Checkpoint checkpoint, long seed) {
    try (NDManager scope = owner.newSubManager()) {
      WeightLoader loader =
          new WeightLoader(graph, scope, checkpoint, Precision.FP32, WeightFormat.UNQUANTIZED);
      List<NDArray> parts = new ArrayList<>();
      for (ModelWeight.Source source : weight.sources()) {
        parts.add(loader.joined(List.of(source.name())));
        int rows = Math.toIntExact(checkpoint.info(source.name()).shape()[0]);
        if (rows < source.rows()) {
          long[] missing = {source.rows() - rows, Math.max(1, source.columns())};
          parts.add(normal(graph, scope, missing, INITIAL_DEVIATION, seed));
        }
      }
      NDArray joined = graph.concatenate(scope, parts);
      joined.attach(owner);
      return joined;
    }
  }

  List<ModelWeight> layout() {
    return layout;
  }

  List<NDArray> values() {
    return values;
  }

  NDArray value(int index) {
    return values.get(index);
  }

  long elements() {
    return layout.stream().mapToLong(ModelWeight::elements).sum();
  }
}
