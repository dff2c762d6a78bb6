package io.github.tess2.runtime.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.common.primitives.Longs;
import io.github.tess2.runtime.generation.RandomSeeds;
import io.github.tess2.runtime.graph.Graph;
import io.github.tess2.runtime.graph.Scalars;
import io.github.tess2.training.Lora;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a run computes with, and what of it is trained: the model's parameters themselves, or
 * low-rank adapters beside them.
 */
final class Weights {
  private final Tensors model;
  private final List<Adapter> adapters;
  private final Tensors trained;
  private final long[] choice;
  private final double scale;

  /**
   * An adapter of some rows of a parameter.
   *
   * @param parameter its index in the layout
   * @param row the first of them
   * @param part what they are in the checkpoint
   * @param a [rank, in]
   * @param b [out, rank]
   */
  private record Adapter(int parameter, int row, Parameter.Part part, NDArray a, NDArray b) {}

  private Weights(Tensors model, List<Integer> full, List<Adapter> adapters, double scale) {
    this.model = model;
    this.adapters = adapters;
    this.scale = scale;
    List<Parameter> layout = new ArrayList<>();
    List<NDArray> values = new ArrayList<>();
    List<Long> numbers = new ArrayList<>(List.of((long) model.layout().size(), (long) full.size()));
    for (int index : full) {
      layout.add(model.layout().get(index));
      values.add(model.value(index));
      numbers.add((long) index);
    }
    for (Adapter adapter : adapters) {
      layout.add(parameter(adapter.part().name() + ".lora_A", adapter.a()));
      layout.add(parameter(adapter.part().name() + ".lora_B", adapter.b()));
      values.addAll(List.of(adapter.a(), adapter.b()));
      numbers.add((long) adapter.parameter());
      numbers.add((long) adapter.row());
    }
    this.trained = Tensors.of(layout, values, Tensors.PARAMETERS);
    this.choice = Longs.toArray(numbers);
  }

  private static Parameter parameter(String name, NDArray value) {
    int rows = (int) value.getShape().get(0);
    int columns = (int) value.getShape().get(1);
    return new Parameter(List.of(new Parameter.Part(name, rows, columns)), Parameter.Kind.MATRIX);
  }

  /** All parameters are trained, or fresh adapters as described, seeded by the run's seed. */
  static Weights of(Graph graph, NDManager owner, Tensors model, @Nullable Lora lora, long seed) {
    List<Integer> full = new ArrayList<>();
    List<Adapter> adapters = new ArrayList<>();
    for (int i = 0; i < model.layout().size(); i++) {
      int row = 0;
      for (Parameter.Part part : model.layout().get(i).parts()) {
        if (lora == null || isHead(part)) {
          full.add(i);
          break;
        }
        if (isTarget(part, lora)) {
          long own = RandomSeeds.of(seed, RandomSeeds.ADAPTERS, i, row);
          adapters.add(adapter(graph, owner, i, row, part, lora.rank(), own));
        }
        row += part.rows();
      }
    }
    return new Weights(model, full, adapters, lora == null ? 0 : lora.alpha() / lora.rank());
  }

  /** Whether it is small and may be new: what a base for another purpose does not have. */
  private static boolean isHead(Parameter.Part part) {
    return part.name().equals(ParameterLayout.TIME) || part.name().equals(ParameterLayout.SCORE);
  }

  private static boolean isTarget(Parameter.Part part, Lora lora) {
    return lora.targets().stream()
        .anyMatch(target -> part.name().endsWith("." + target.module() + ".weight"));
  }

  private static Adapter adapter(
      Graph graph,
      NDManager owner,
      int parameter,
      int row,
      Parameter.Part part,
      int rank,
      long seed) {
    double deviation = 1 / Math.sqrt(part.columns());
    return new Adapter(
        parameter,
        row,
        part,
        Tensors.normal(graph, owner, new long[] {rank, part.columns()}, deviation, seed),
        Tensors.zeros(owner, part.rows(), rank));
  }

  /** The model's parameters and the adapters behind them: one list of the graph's arguments. */
  NDArray[] arguments() {
    List<NDArray> all = new ArrayList<>(Arrays.asList(model.values()));
    for (Adapter adapter : adapters) {
      all.addAll(List.of(adapter.a(), adapter.b()));
    }
    return all.toArray(NDArray[]::new);
  }

  /** How the graph's training.py is told which of them are trained. */
  long[] choice() {
    return choice.clone();
  }

  /** What B·A is multiplied by; 0 where there is no adapter. */
  double scale() {
    return scale;
  }

  /** What the optimizer moves. */
  Tensors trained() {
    return trained;
  }

  /** The model's own layout. */
  List<Parameter> layout() {
    return model.layout();
  }

  /**
   * Computes some rows of a parameter, with what an adapter adds to them.
   *
   * @param scope owner of the result
   * @param parameter its index in the layout
   * @param row the first row of the part
   * @param part which rows
   */
  NDArray merged(Graph graph, NDManager scope, int parameter, int row, Parameter.Part part) {
    NDArray rows =
        graph.sliceRows(
            scope, Tensors.unnamed(scope, model.value(parameter)), row, row + part.rows());
    for (Adapter adapter : adapters) {
      if (adapter.parameter() == parameter && adapter.row() == row) {
        return graph.call1(
            scope,
            "merge_adapter",
            rows,
            Tensors.unnamed(scope, adapter.a()),
            Tensors.unnamed(scope, adapter.b()),
            Scalars.reals(scope, scale));
      }
    }
    return rows;
  }
}
