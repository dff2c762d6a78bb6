package io.github.tess2.runtime.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.tess2.runtime.checkpoint.ModelWeight;
import io.github.tess2.runtime.checkpoint.WeightLayout;
import io.github.tess2.runtime.generation.RandomSeeds;
import io.github.tess2.runtime.graph.Graph;
import io.github.tess2.runtime.graph.TrainedWeights;
import io.github.tess2.training.Lora;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The weights that a run uses, and those of them that are trained: the model's own weights, or
 * low-rank adapters beside them.
 */
final class Weights {
  private final Tensors model;
  private final TrainedWeights arguments;
  private final Tensors trained;

  /**
   * An adapter of some rows of a weight.
   *
   * @param rows the adapter
   * @param source the rows in the checkpoint
   */
  private record Named(TrainedWeights.Adapter rows, ModelWeight.Source source) {}

  private Weights(Tensors model, List<Integer> full, List<Named> adapters, double scale) {
    this.model = model;
    this.arguments =
        new TrainedWeights(
            model.values(), full, adapters.stream().map(Named::rows).toList(), scale);
    List<ModelWeight> layout = new ArrayList<>();
    List<NDArray> values = new ArrayList<>();
    for (int index : full) {
      layout.add(model.layout().get(index));
      values.add(model.value(index));
    }
    for (Named adapter : adapters) {
      layout.add(weight(adapter.source().name() + ".lora_A", adapter.rows().a()));
      layout.add(weight(adapter.source().name() + ".lora_B", adapter.rows().b()));
      values.addAll(List.of(adapter.rows().a(), adapter.rows().b()));
    }
    this.trained = new Tensors(layout, values);
  }

  private static ModelWeight weight(String name, NDArray value) {
    int rows = (int) value.getShape().get(0);
    int columns = (int) value.getShape().get(1);
    return new ModelWeight(
        List.of(new ModelWeight.Source(name, rows, columns)), ModelWeight.Kind.MATRIX);
  }

  /** Trains all weights, or new adapters as described, seeded by the run's seed. */
  static Weights of(Graph graph, NDManager owner, Tensors model, @Nullable Lora lora, long seed) {
    List<Integer> full = new ArrayList<>();
    List<Named> adapters = new ArrayList<>();
    for (int i = 0; i < model.layout().size(); i++) {
      int row = 0;
      for (ModelWeight.Source source : model.layout().get(i).sources()) {
        if (lora == null || isHead(source)) {
          full.add(i);
          break;
        }
        if (isTarget(source, lora)) {
          long own = RandomSeeds.of(seed, RandomSeeds.ADAPTERS, i, row);
          adapters.add(adapter(graph, owner, i, row, source, lora.rank(), own));
        }
        row += source.rows();
      }
    }
    return new Weights(model, full, adapters, lora == null ? 0 : lora.alpha() / lora.rank());
  }

  /**
   * Whether a weight is small and may be new, because a base for another purpose does not have it.
   */
  private static boolean isHead(ModelWeight.Source source) {
    return source.name().equals(WeightLayout.TIME) || source.name().equals(WeightLayout.SCORE);
  }

  private static boolean isTarget(ModelWeight.Source source, Lora lora) {
    return lora.targets().stream()
        .anyMatch(target -> source.name().endsWith("." + target.module() + ".weight"));
  }

  private static Named adapter(
      Graph graph,
      NDManager owner,
      int weight,
      int row,
      ModelWeight.Source source,
      int rank,
      long seed) {
    double deviation = 1 / Math.sqrt(source.columns());
    return new Named(
        new TrainedWeights.Adapter(
            weight,
            row,
            Tensors.normal(graph, owner, new long[] {rank, source.columns()}, deviation, seed),
            Tensors.zeros(owner, source.rows(), rank)),
        source);
  }

  /** The weights that the graph uses. */
  TrainedWeights arguments() {
    return arguments;
  }

  /** The weights that the optimizer updates. */
  Tensors trained() {
    return trained;
  }

  /** The model's own layout. */
  List<ModelWeight> layout() {
    return model.layout();
  }

  /**
   * Computes some rows of a weight, including what an adapter adds to them.
   *
   * @param scope the owner of the result
   * @param weight its index in the layout
   * @param row the first row of the source
   * @param source the rows in the checkpoint
   */
  NDArray merged(Graph graph, NDManager scope, int weight, int row, ModelWeight.Source source) {
    NDArray rows = graph.sliceRows(scope, model.value(weight), row, row + source.rows());
    for (TrainedWeights.Adapter adapter : arguments.adapters()) {
      if (adapter.parameter() == weight && adapter.row() == row) {
        return graph
            .weights()
            .mergeAdapter(scope, rows, adapter.a(), adapter.b(), arguments.scale());
      }
    }
    return rows;
  }
}
