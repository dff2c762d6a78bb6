package io.github.tess2.runtime.graph;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.common.primitives.ImmutableLongArray;
import io.github.tess2.training.AdamW;
import java.util.List;

/** The graph's methods that update trained weights. All tensors are float32 and change in place. */
public final class OptimizerCalls {
  private final Graph graph;

  OptimizerCalls(Graph graph) {
    this.graph = graph;
  }

  /**
   * Adds gradients, multiplied by a weight, to sums.
   *
   * @param manager the manager to work in
   * @param sums one for each gradient
   * @param gradients the gradients to add
   * @param weight the weight of all of them
   */
  public void accumulate(
      NDManager manager, List<NDArray> sums, List<NDArray> gradients, double weight) {
    graph
        .call("accumulate_gradients")
        .tensors(sums)
        .tensors(gradients)
        .reals(weight)
        .one(manager)
        .close();
  }

  /**
   * The state of AdamW, with one tensor in each list for each trained weight.
   *
   * @param weights the trained weights
   * @param means the moving means of their gradients
   * @param squares the moving means of their squared gradients
   * @param decays 1 for a weight that decays, 0 for one that does not
   */
  public record Moments(
      List<NDArray> weights,
      List<NDArray> means,
      List<NDArray> squares,
      ImmutableLongArray decays) {}

  /**
   * Updates weights, unless a gradient is not finite: then nothing changes.
   *
   * @param manager the manager to work in
   * @param moments the weights and the state
   * @param gradients one for each weight
   * @param settings the settings of AdamW
   * @param step the step, from 1
   * @param rate the learning rate
   * @return the norm of all gradients before clipping; not finite if one of them is not
   */
  public double optimize(
      NDManager manager,
      Moments moments,
      List<NDArray> gradients,
      AdamW settings,
      int step,
      double rate) {
    try (NDArray norm =
        graph
            .call("optimize")
            .tensors(moments.weights())
            .tensors(gradients)
            .tensors(moments.means())
            .tensors(moments.squares())
            .ints(moments.decays().toArray())
            .reals(
                settings.maxGradientNorm(),
                step,
                rate,
                settings.beta1(),
                settings.beta2(),
                settings.epsilon(),
                settings.weightDecay())
            .one(manager)) {
      return norm.getFloat();
    }
  }
}
