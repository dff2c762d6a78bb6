package io.github.tess2.runtime.graph;

import ai.djl.ndarray.NDArray;
import java.util.List;

/**
 * The weights that a training pass uses, all float32: a model's parameters, and low-rank adapters
 * of some of them.
 *
 * @param parameters the parameters, in the order of the graph's {@code training.py}
 * @param trained the indices of those that are trained
 * @param adapters the adapters, all of which are trained
 * @param scale the factor of B·A; 0 if there is no adapter
 */
public record TrainedWeights(
    List<NDArray> parameters, List<Integer> trained, List<Adapter> adapters, double scale) {
  /**
   * An adapter of some rows of a parameter.
   *
   * @param parameter its index
   * @param row the first of the rows
   * @param a A, {@code [rank, in]}
   * @param b B, {@code [out, rank]}
   */
  public record Adapter(int parameter, int row, NDArray a, NDArray b) {}

  /** Copies the lists. */
  public TrainedWeights {
    parameters = List.copyOf(parameters);
    trained = List.copyOf(trained);
    adapters = List.copyOf(adapters);
  }

  void pass(GraphCall call) {
    call.tensors(parameters)
        .tensors(adapters.stream().map(Adapter::a).toList())
        .tensors(adapters.stream().map(Adapter::b).toList());
  }

  void passChoice(GraphCall call) {
    long[] places = new long[2 * adapters.size()];
    for (int i = 0; i < adapters.size(); i++) {
      places[2 * i] = adapters.get(i).parameter();
      places[2 * i + 1] = adapters.get(i).row();
    }
    call.ints(trained.stream().mapToLong(Integer::longValue).toArray()).pairs(places).reals(scale);
  }
}
