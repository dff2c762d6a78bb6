package io.github.tess2.runtime.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.tess2.Precision;
import io.github.tess2.WeightFormat;
import io.github.tess2.runtime.checkpoint.Checkpoint;
import io.github.tess2.runtime.generation.RandomSeeds;
import io.github.tess2.runtime.graph.Graph;
import io.github.tess2.runtime.model.WeightLoader;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/**
 * One float32 tensor for each {@link Parameter}: the weights, or one of the optimizer's two
 * moments. Owned by the manager they are made in.
 */
final class Tensors {
  /** What the weights are called as an argument list of the graph. */
  static final String PARAMETERS = "parameters";

  private static final double INITIAL_DEVIATION = 0.02;

  private final List<Parameter> layout;
  private final List<NDArray> values;

  private Tensors(List<Parameter> layout, List<NDArray> values, String name) {
    this.layout = layout;
    this.values = values;
    values.forEach(value -> value.setName(name + "[]"));
  }

  /** Tensors that are there, named as an argument list of the graph. */
  static Tensors of(List<Parameter> layout, List<NDArray> values, String name) {
    return new Tensors(layout, values, name);
  }

  /** Zeros, named as an argument list of the graph. */
  static Tensors zeros(NDManager owner, List<Parameter> layout, String name) {
    List<NDArray> values = new ArrayList<>();
    for (Parameter parameter : layout) {
      values.add(zeros(owner, parameter.shape()));
    }
    return new Tensors(layout, values, name);
  }

  static NDArray zeros(NDManager owner, long... shape) {
    return owner.zeros(new Shape(shape), DataType.FLOAT32);
  }

  /** The tensor by itself: named as part of a list, it would reach the graph as a list of one. */
  static NDArray unnamed(NDManager scope, NDArray value) {
    NDArray copy = value.duplicate();
    copy.attach(scope);
    copy.setName(null);
    return copy;
  }

  /**
   * Weights from a checkpoint that {@link StageModels#checkStart} has passed; what it has not (the
   * timestep embedding of an autoregressive base, the score of a language model) and all of a fresh
   * model begin as Hugging Face's do.
   */
  static Tensors load(
      Graph graph,
      NDManager owner,
      List<Parameter> layout,
      @org.jspecify.annotations.Nullable Checkpoint checkpoint,
      long seed) {
    List<NDArray> values = new ArrayList<>();
    for (int i = 0; i < layout.size(); i++) {
      Parameter parameter = layout.get(i);
      values.add(
          checkpoint != null && holds(checkpoint, parameter)
              ? read(
                  graph,
                  owner,
                  parameter,
                  checkpoint,
                  RandomSeeds.of(seed, RandomSeeds.WEIGHTS, i, 0))
              : fresh(graph, owner, parameter, RandomSeeds.of(seed, RandomSeeds.WEIGHTS, i, 0)));
    }
    return new Tensors(layout, values, PARAMETERS);
  }

  private static boolean holds(Checkpoint checkpoint, Parameter parameter) {
    return parameter.parts().stream().allMatch(part -> checkpoint.has(part.name()));
  }

  private static NDArray fresh(Graph graph, NDManager owner, Parameter parameter, long seed) {
    if (parameter.kind() == Parameter.Kind.NORM) {
      return owner.ones(new Shape(parameter.shape()), DataType.FLOAT32);
    }
    return normal(graph, owner, parameter.shape(), INITIAL_DEVIATION, seed);
  }

  /** A matrix of normal numbers. */
  static NDArray normal(Graph graph, NDManager owner, long[] shape, double deviation, long seed) {
    try (NDManager scope = owner.newSubManager()) {
      int width = Math.toIntExact(shape[1]);
      LongStream keys =
          RandomSeeds.rows(seed, RandomSeeds.WEIGHTS, 0, 0, Math.toIntExact(shape[0]));
      NDArray normal = graph.random(scope, "normals", scope.zeros(new Shape(1)), width, keys);
      normal.muli(deviation).attach(owner);
      return normal;
    }
  }

  /** Rows of tokens that have been added since begin as those of a fresh model. */
  private static NDArray read(
      Graph graph, NDManager owner, Parameter parameter, Checkpoint checkpoint, long seed) {
    try (NDManager scope = owner.newSubManager()) {
      WeightLoader loader =
          new WeightLoader(graph, scope, checkpoint, Precision.FP32, WeightFormat.UNQUANTIZED);
      List<NDArray> parts = new ArrayList<>();
      for (Parameter.Part part : parameter.parts()) {
        parts.add(loader.joined(List.of(part.name())));
        int rows = Math.toIntExact(checkpoint.info(part.name()).shape()[0]);
        if (rows < part.rows()) {
          long[] missing = {part.rows() - rows, Math.max(1, part.columns())};
          parts.add(normal(graph, scope, missing, INITIAL_DEVIATION, seed));
        }
      }
      NDArray joined = graph.concatenate(scope, parts);
      joined.attach(owner);
      return joined;
    }
  }

  List<Parameter> layout() {
    return layout;
  }

  NDArray[] values() {
    return values.toArray(NDArray[]::new);
  }

  NDArray value(int index) {
    return values.get(index);
  }

  long elements() {
    return layout.stream().mapToLong(Parameter::elements).sum();
  }
}
