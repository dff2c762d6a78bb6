package io.github.tess2.runtime.generation;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.tess2.runtime.graph.Graph;

/**
 * A linear map of p's rows that a reward sees, and its transpose, which maps the gradient back. C
 * is a chunk of rows.
 */
sealed interface View {
  /**
   * Maps p {@code [C,V]} to what the reward sees, float32 {@code [C,N]}; p itself for {@link
   * Whole}.
   */
  NDArray of(NDManager manager, NDArray p);

  /** Computes ∂r/∂p {@code [C,V]} from the gradient {@code [C,N]} of what the reward saw. */
  NDArray back(NDManager manager, NDArray gradient);

  /** All of p. */
  record Whole() implements View {
    @Override
    public NDArray of(NDManager manager, NDArray p) {
      p.attach(manager);
      return p;
    }

    @Override
    public NDArray back(NDManager manager, NDArray gradient) {
      return gradient;
    }
  }

  /**
   * Some of p's columns.
   *
   * @param tokens the columns, int64 {@code [N]}
   * @param width V
   */
  record Columns(Graph graph, NDArray tokens, int width) implements View {
    @Override
    public NDArray of(NDManager manager, NDArray p) {
      return graph.relaxation().columns(manager, p, tokens);
    }

    @Override
    public NDArray back(NDManager manager, NDArray gradient) {
      return graph.relaxation().spread(manager, gradient, tokens, width);
    }
  }

  /**
   * p times a table.
   *
   * @param table {@code [V,N]}, any floating type
   * @param width V
   */
  record Expected(Graph graph, NDArray table, int width) implements View {
    @Override
    public NDArray of(NDManager manager, NDArray p) {
      return graph.relaxation().expect(manager, p, table);
    }

    @Override
    public NDArray back(NDManager manager, NDArray gradient) {
      return graph.relaxation().unexpect(manager, gradient, table, width);
    }
  }
}
