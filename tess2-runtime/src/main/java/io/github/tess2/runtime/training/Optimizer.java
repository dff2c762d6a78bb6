package io.github.tess2.runtime.training;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import com.google.common.primitives.ImmutableLongArray;
import io.github.tess2.runtime.checkpoint.ModelWeight;
import io.github.tess2.runtime.graph.Graph;
import io.github.tess2.runtime.graph.OptimizerCalls;
import io.github.tess2.training.AdamW;

/** AdamW over all weights, in place. */
final class Optimizer {
  private final Graph graph;
  private final Tensors means;
  private final Tensors squares;
  private final AdamW settings;
  private final OptimizerCalls.Moments moments;

  Optimizer(Graph graph, NDManager owner, Tensors weights, AdamW settings) {
    this.graph = graph;
    this.means = Tensors.zeros(owner, weights.layout());
    this.squares = Tensors.zeros(owner, weights.layout());
    this.settings = settings;
    ImmutableLongArray decays =
        ImmutableLongArray.copyOf(
            weights.layout().stream()
                .mapToLong(weight -> weight.kind() == ModelWeight.Kind.MATRIX ? 1 : 0));
    this.moments =
        new OptimizerCalls.Moments(weights.values(), means.values(), squares.values(), decays);
  }

  Tensors means() {
    return means;
  }

  Tensors squares() {
    return squares;
  }

  /** Adds the loss and gradients of a pass, multiplied by a weight, to the sums. */
  void accumulate(NDManager scope, NDList sums, NDList found, double weight) {
    graph.optimizer().accumulate(scope, sums, found, weight);
  }

  /**
   * Updates the weights, unless a gradient is not finite: then weights and moments do not change.
   *
   * @param gradients one for each weight
   * @param step the step, from 1
   * @param rate the learning rate
   * @return the norm of all gradients before clipping; not finite if one of them is not
   */
  double step(NDManager scope, NDList gradients, int step, double rate) {
    return graph.optimizer().optimize(scope, moments, gradients, settings, step, rate);
  }
}
