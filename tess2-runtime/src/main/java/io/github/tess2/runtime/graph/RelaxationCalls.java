package io.github.tess2.runtime.graph;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.List;

/**
 * The graph's methods between a reward and the token probabilities that it sees. C is a chunk of
 * generated positions, V the vocabulary size. All tensors {@code [C,V]} are float32.
 */
public final class RelaxationCalls {
  private final Graph graph;

  RelaxationCalls(Graph graph) {
    this.graph = graph;
  }

  /**
   * {@return softmax(logits / τ), {@code [C,V]}}
   *
   * @param owner the owner of the result
   * @param logits {@code [C,V]}
   * @param temperature τ, greater than 0
   */
  public NDArray soften(NDManager owner, NDArray logits, double temperature) {
    return graph.call("soften").tensor(logits).reals(temperature).one(owner);
  }

  /**
   * {@return the gradient with respect to the logits, {@code [C,V]}}
   *
   * @param owner the owner of the result
   * @param p the result of {@link #soften}, {@code [C,V]}
   * @param gradient the gradient with respect to p, {@code [C,V]}
   * @param temperature τ
   */
  public NDArray unsoften(NDManager owner, NDArray p, NDArray gradient, double temperature) {
    return graph.call("unsoften").tensor(p).tensor(gradient).reals(temperature).one(owner);
  }

  /**
   * {@return 1 at the likeliest token of each row and 0 elsewhere, {@code [C,V]}}
   *
   * @param owner the owner of the result
   * @param p {@code [C,V]}
   */
  public NDArray harden(NDManager owner, NDArray p) {
    return graph.call("harden").tensor(p).one(owner);
  }

  /**
   * {@return p times a table, {@code [C,N]}, float32}
   *
   * @param owner the owner of the result
   * @param p {@code [C,V]}
   * @param table any floating type, N wide
   */
  public NDArray expect(NDManager owner, NDArray p, NDArray table) {
    return graph.call("expect").tensor(p).tensor(table).one(owner);
  }

  /**
   * {@return the gradient with respect to p, {@code [C,V]}}
   *
   * @param owner the owner of the result
   * @param gradient the gradient with respect to the result of {@link #expect}, {@code [C,N]}
   * @param table the same table
   * @param width V
   */
  public NDArray unexpect(NDManager owner, NDArray gradient, NDArray table, int width) {
    return graph.call("unexpect").tensor(gradient).tensor(table).ints(width).one(owner);
  }

  /**
   * {@return some columns of p, {@code [C,N]}}
   *
   * @param owner the owner of the result
   * @param p {@code [C,V]}
   * @param columns int64 {@code [N]}
   */
  public NDArray columns(NDManager owner, NDArray p, NDArray columns) {
    return graph.call("columns").tensor(p).tensor(columns).one(owner);
  }

  /**
   * {@return the gradient with respect to p, {@code [C,V]}}
   *
   * @param owner the owner of the result
   * @param gradient the gradient with respect to the result of {@link #columns}, {@code [C,N]}
   * @param columns the same columns
   * @param width V
   */
  public NDArray spread(NDManager owner, NDArray gradient, NDArray columns, int width) {
    return graph.call("spread").tensor(gradient).tensor(columns).ints(width).one(owner);
  }

  /**
   * {@return the gradient of a score with respect to each leaf; zeros for a leaf that it does not
   * depend on}
   *
   * @param owner the owner of the result
   * @param score the score, recorded by autograd
   * @param leaves tensors that require a gradient
   */
  public NDList gradients(NDManager owner, NDArray score, List<NDArray> leaves) {
    return graph.call("gradients").tensor(score).tensors(leaves).all(owner);
  }

  /**
   * {@return whether all numbers are finite}
   *
   * @param manager the manager to work in
   * @param x any tensor
   */
  public boolean allFinite(NDManager manager, NDArray x) {
    try (NDArray answer = graph.call("all_finite").tensor(x).one(manager)) {
      return answer.getBoolean();
    }
  }

  /**
   * {@return whether a tensor depends, as recorded by autograd, on one that requires a gradient}
   * DJL's own method returns true only for the latter.
   *
   * @param manager the manager to work in
   * @param x any tensor
   */
  public boolean wantsGradient(NDManager manager, NDArray x) {
    try (NDArray answer = graph.call("wants_gradient").tensor(x).one(manager)) {
      return answer.getBoolean();
    }
  }
}
