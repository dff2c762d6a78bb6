package io.github.tess2.runtime.generation;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.common.primitives.ImmutableDoubleArray;
import com.google.common.primitives.ImmutableIntArray;
import io.github.tess2.runtime.model.DiffusionModel;
import io.github.tess2.spi.AcceptingSampler;
import io.github.tess2.spi.AcceptingStep;
import java.util.Locale;

/** Asks a sampler that sees all rows of a request which of them continue from their tokens. */
final class Acceptance {
  /** The value in place of a token for a row that starts again from noise. */
  static final int ANEW = -1;

  private static final int COLUMNS = 3;

  private final DiffusionModel model;
  private final int chunkRows;

  Acceptance(DiffusionModel model, int chunkRows) {
    this.model = model;
    this.chunkRows = chunkRows;
  }

  static boolean decides(RequestState request) {
    return request.settings.sampler() instanceof AcceptingSampler;
  }

  private record Predicted(
      int step,
      int total,
      int rows,
      ImmutableDoubleArray probabilities,
      ImmutableDoubleArray entropies)
      implements AcceptingStep {}

  /**
   * Decides about the rows of a step, unless it is the last one. If that fails, the request fails.
   */
  void decide(RequestState request, GuidedLogits guided) {
    if (request.step == 0) {
      return;
    }
    try {
      guided.accept(accepted(request, predicted(request, guided)));
    } catch (RuntimeException e) {
      request.fail(e);
    }
  }

  private Predicted predicted(RequestState request, GuidedLogits guided) {
    int rows = guided.rows();
    double temperature = request.settings.temperature();
    ImmutableDoubleArray.Builder probabilities = ImmutableDoubleArray.builder(rows);
    ImmutableDoubleArray.Builder entropies = ImmutableDoubleArray.builder(rows);
    for (int from = 0; from < rows; from += chunkRows) {
      try (NDManager work = guided.manager().newSubManager()) {
        NDArray logits = guided.logits(work, from, Math.min(from + chunkRows, rows));
        NDArray scaled = temperature == 1 ? logits : logits.div(temperature);
        double[] found = model.readOutEntropies(work, scaled).toDoubleArray();
        for (int at = 0; at < found.length; at += COLUMNS) {
          probabilities.add(found[at + 1]);
          entropies.add(found[at + 2]);
        }
      }
    }
    return new Predicted(
        guided.step(), guided.total(), rows, probabilities.build(), entropies.build());
  }

  private static boolean[] accepted(RequestState request, Predicted step) {
    AcceptingSampler sampler = (AcceptingSampler) request.settings.sampler();
    try {
      ImmutableIntArray chosen =
          requireNonNull(sampler.accept(step), "its choice must not be null");
      boolean[] accepted = new boolean[step.rows()];
      chosen.forEach(
          row -> {
            if (row < 0 || row >= accepted.length || accepted[row]) {
              throw new IllegalArgumentException(
                  String.format(
                      Locale.ROOT,
                      "it must accept rows in [0, %d), each once, but accepts: %d",
                      accepted.length,
                      row));
            }
            accepted[row] = true;
          });
      return accepted;
    } catch (Throwable e) {
      throw Failures.of("sampler", Failures.nameOf(sampler), request.stepsRun() + 1, e);
    }
  }

  /** {@return the tokens of some rows, {@link #ANEW} for a row that is not accepted} */
  static NDArray tokens(NDArray drawn, boolean[] accepted, int from) {
    long[] ids = drawn.toLongArray();
    for (int i = 0; i < ids.length; i++) {
      ids[i] = accepted[from + i] ? ids[i] : ANEW;
    }
    return drawn.getManager().create(ids);
  }
}
