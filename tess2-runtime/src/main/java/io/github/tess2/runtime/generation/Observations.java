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
 * The predictions of a step that a listener or plugin reads, chunk by chunk. They are all read
 * together after the step's work has been passed to the device, so the device never waits for this
 * thread.
 */
final class Observations {
  private static final int TOKEN_AND_PROBABILITY = 2;

  private final DiffusionModel model;
  private final Group plain = new Group(TOKEN_AND_PROBABILITY);
  private final Group withEntropies = new Group(TOKEN_AND_PROBABILITY + 1);

  /** Chunks of which the same columns are read. */
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
   * @param scope the manager of the whole step
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
   * Passes the noted predictions to the requests. Requests whose logits are not finite or cannot be
   * read fail.
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
          // The prediction came before the sampling, which may have failed too.
          request.failedBefore(notANumber(request, i));
        }
      }
    }
  }

  /**
   * The cause is weights that are not finite, or a number format that is too narrow for the model.
   */
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
