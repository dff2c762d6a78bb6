package io.github.tess2.runtime.generation;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.tess2.runtime.model.DiffusionModel;
import java.util.ArrayList;
import java.util.List;

/**
 * The parts of a request's next state, in the order of its rows.
 *
 * @param model the model
 * @param inputs input embeddings, {@code [C,H]} each
 * @param tokens drawn ids, {@code [C]} each; empty if the state is V-wide
 * @param simplex the V-wide state, {@code [C,V]} each; empty if the state is tokens
 */
record NextState(
    DiffusionModel model, List<NDArray> inputs, List<NDArray> tokens, List<NDArray> simplex) {
  NextState(DiffusionModel model) {
    this(model, new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
  }

  void apply(NDManager scope, RequestState request) {
    if (!tokens.isEmpty() && !simplex.isEmpty()) {
      throw new IllegalArgumentException(
          "the state must be of one kind for all rows, but is: Tokens for some, Simplex for"
              + " others");
    }
    request.advance(
        model.graph().concatenate(scope, inputs),
        tokens.isEmpty() ? null : model.graph().concatenate(scope, tokens),
        simplex.isEmpty() ? null : model.graph().concatenate(scope, simplex));
  }
}
