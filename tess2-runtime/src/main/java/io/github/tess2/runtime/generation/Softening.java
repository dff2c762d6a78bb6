package io.github.tess2.runtime.generation;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.tess2.runtime.graph.Graph;
import io.github.tess2.runtime.model.DiffusionModel;
import io.github.tess2.spi.Relaxation;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A {@link Relaxation} of the logits of a step. Any chunk of it can be computed again, because its
 * Gumbel noise is a function of request, step and draw.
 */
final class Softening {
  private final Graph graph;
  private final Relaxation relaxation;
  private final @Nullable Noise noise;

  /** The source of Gumbel noise, {@code [to−from, V]}. */
  interface Noise {
    NDArray rows(NDManager manager, int from, int to);
  }

  private Softening(Graph graph, Relaxation relaxation, @Nullable Noise noise) {
    this.graph = graph;
    this.relaxation = relaxation;
    this.noise = noise;
  }

  /** The relaxation of a request's logits at its current step. */
  static Softening of(
      DiffusionModel model,
      Relaxation relaxation,
      RandomSource random,
      RequestState request,
      int draw) {
    Graph graph = model.graph();
    if (!relaxation.gumbel()) {
      return new Softening(graph, relaxation, null);
    }
    int step = request.step;
    int width = model.config().vocabularySize();
    return new Softening(
        graph,
        relaxation,
        (manager, from, to) ->
            random.gumbel(manager, List.of(request.rows(from, to)), step, draw, width));
  }

  /** A relaxation that uses the likeliest tokens themselves. */
  static Softening likeliest(Graph graph) {
    return new Softening(graph, new Relaxation(1, false, true), null);
  }

  double temperature() {
    return relaxation.temperature();
  }

  /** p {@code [C,V]}, through which the gradient passes. */
  NDArray soft(NDManager manager, NDArray logits, int from, int to) {
    try (NDManager scope = manager.newSubManager()) {
      NDArray shifted = logits;
      if (noise != null) {
        shifted = noise.rows(scope, from, to).addi(logits);
      }
      return graph.relaxation().soften(manager, shifted, relaxation.temperature());
    }
  }

  /** p {@code [C,V]}, which the reward sees. */
  NDArray seen(NDManager manager, NDArray logits, int from, int to) {
    if (!relaxation.hard()) {
      return soft(manager, logits, from, to);
    }
    try (NDManager scope = manager.newSubManager()) {
      return graph.relaxation().harden(manager, soft(scope, logits, from, to));
    }
  }
}
