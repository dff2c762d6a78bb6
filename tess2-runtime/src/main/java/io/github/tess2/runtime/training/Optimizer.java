package io.github.tess2.runtime.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.github.tess2.runtime.graph.Graph;
import io.github.tess2.runtime.graph.Scalars;
import io.github.tess2.training.AdamW;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** AdamW over all weights, in place. */
final class Optimizer {
  private final Graph graph;
  private final Tensors weights;
  private final Tensors means;
  private final Tensors squares;
  private final AdamW settings;
  private final long[] decays;

  Optimizer(Graph graph, NDManager owner, Tensors weights, AdamW settings) {
    this.graph = graph;
    this.weights = weights;
    this.means = Tensors.zeros(owner, weights.layout(), "means");
    this.squares = Tensors.zeros(owner, weights.layout(), "squares");
    this.settings = settings;
    this.decays =
        weights.layout().stream()
            .mapToLong(parameter -> parameter.kind() == Parameter.Kind.NORM ? 0 : 1)
            .toArray();
  }

  Tensors means() {
    return means;
  }

  Tensors squares() {
    return squares;
  }

  /** Adds a pass's loss and gradients, times a weight, to the sums. */
  void accumulate(NDManager scope, NDList sums, NDList found, double weight) {
    sums.forEach(array -> array.setName("sums[]"));
    found.forEach(array -> array.setName("gradients[]"));
    List<NDArray> arguments = new ArrayList<>(sums);
    arguments.addAll(found);
    arguments.add(Scalars.reals(scope, weight));
    graph.call(scope, "accumulate_gradients", arguments.toArray(NDArray[]::new));
  }

  /**
   * Moves the weights, unless a gradient is not finite: then weights and moments stay as they are.
   *
   * @param gradients one for each weight
   * @param step from 1
   * @param rate the learning rate
   * @return the norm of all gradients before clipping; not finite where one of them is not
   */
  double step(NDManager scope, NDList gradients, int step, double rate) {
    gradients.forEach(array -> array.setName("gradients[]"));
    List<NDArray> arguments = new ArrayList<>(Arrays.asList(weights.values()));
    arguments.addAll(gradients);
    arguments.addAll(Arrays.asList(means.values()));
    arguments.addAll(Arrays.asList(squares.values()));
    arguments.add(Scalars.ints(scope, decays));
    arguments.add(
        Scalars.reals(
            scope,
            settings.maxGradientNorm(),
            step,
            rate,
            settings.beta1(),
            settings.beta2(),
            settings.epsilon(),
            settings.weightDecay()));
    return graph.call1(scope, "optimize", arguments.toArray(NDArray[]::new)).getFloat();
  }
}
