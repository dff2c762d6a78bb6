package io.github.tess2.runtime.generation;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.tess2.Tess2Exception;
import io.github.tess2.runtime.model.DiffusionModel;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The predictions of a step that somebody looks at, chunk by chunk. They are read all at once,
 * after the step's work has been handed to the device, so that the device never waits for this
 * thread.
 */
final class Observations {
  private static final int TOKEN_AND_PROBABILITY = 2;

  private final DiffusionModel model;
  private final Group plain = new Group(TOKEN_AND_PROBABILITY);
  private final Group withEntropies = new Group(TOKEN_AND_PROBABILITY + 1);

  /** Chunks that are read in the same way. */
  private static final class Group {
    final int columns;
    final List<Chunk.Span> spans = new ArrayList<>();
    final List<NDArray> found = new ArrayList<>();

    Group(int columns) {
      this.columns = columns;
    }
  }

  Observations(DiffusionModel model) {
    this.model = model;
  }

  /**
   * Notes a chunk's predictions.
   *
   * @param scope of the whole step
   * @param chunk the rows
   * @param logits {@code [C,V]}, float32
   */
  void add(NDManager scope, Chunk chunk, NDArray logits) {
    boolean entropies =
        chunk.spans().stream().anyMatch(span -> span.request().course().wantsEntropies());
    Group group = entropies ? withEntropies : plain;
    group.found.add(
        entropies ? model.readOutEntropies(scope, logits) : model.readOut(scope, logits));
    group.spans.addAll(chunk.spans());
  }

  /**
   * Gives the requests what was noted. Those fail whose logits are no numbers or cannot be read.
   */
  void read(NDManager scope) {
    read(scope, plain);
    read(scope, withEntropies);
  }

  private void read(NDManager scope, Group group) {
    if (group.found.isEmpty()) {
      return;
    }
    double[] values;
    try {
      values = model.graph().concatenate(scope, group.found).toDoubleArray();
    } catch (RuntimeException e) {
      group.spans.stream().map(Chunk.Span::request).distinct().forEach(request -> request.fail(e));
      return;
    }
    Set<RequestState> notNumbers = new HashSet<>();
    int row = 0;
    for (Chunk.Span span : group.spans) {
      RequestState request = span.request();
      int first = request.window.from();
      for (int i = span.from(); i < span.to(); i++, row++) {
        int at = group.columns * row;
        double probability = values[at + 1];
        request.likeliest[first + i] = (int) values[at];
        request.probability[first + i] = probability;
        if (group.columns > TOKEN_AND_PROBABILITY) {
          request.entropy[first + i] = values[at + TOKEN_AND_PROBABILITY];
        }
        if (Double.isNaN(probability) && notNumbers.add(request)) {
          // It was predicted before it was sampled, where it may have failed too.
          request.failedBefore(notANumber(request, i));
        }
      }
    }
  }

  /** Weights that are no numbers, or a number format that is too narrow for the model. */
  private Tess2Exception notANumber(RequestState request, int position) {
    return new Tess2Exception(
        String.format(
            Locale.ROOT,
            "the model's logits must be finite numbers, but at step %d those of generated position %d are not (computed in %s)",
            request.stepsRun() + 1,
            position,
            model.precision()));
  }
}
