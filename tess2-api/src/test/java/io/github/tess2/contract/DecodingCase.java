package io.github.tess2.contract;

import com.google.common.primitives.ImmutableDoubleArray;
import com.google.common.primitives.ImmutableIntArray;
import io.github.tess2.spi.DecodingRequest;
import io.github.tess2.spi.Prediction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A run as stopping criteria and canvases may see it, with predictions that become surer from step
 * to step.
 *
 * @param rows G
 * @param total T
 * @param endsAtEos whether an answer ends at EOS; false for an infill
 * @param answer rows of the answer, including its end; more than G for an answer that does not end
 */
record DecodingCase(int rows, int total, boolean endsAtEos, int answer) implements DecodingRequest {
  private static final int END = 2;

  /** Few and many rows and steps, answers with and without an end, and an infill. */
  static List<DecodingCase> all() {
    return List.of(
        new DecodingCase(1, 1, true, 1),
        new DecodingCase(12, 5, true, 4),
        new DecodingCase(256, 100, true, 40),
        new DecodingCase(33, 10, true, 99),
        new DecodingCase(7, 6, false, 99));
  }

  /** The prediction of one step. */
  record Step(
      int steps,
      int step,
      int total,
      ImmutableIntArray tokenIds,
      ImmutableDoubleArray probabilities,
      ImmutableDoubleArray entropies,
      int answerRows,
      boolean ended,
      Duration spent)
      implements Prediction {}

  /**
   * Makes a step.
   *
   * @param step the step in its window, from 1
   * @param before number of steps of earlier windows
   * @param known rows predicted so far
   */
  Step step(int step, int before, int known) {
    Random random = new Random(31L * step + before);
    double open = 1 - (double) step / total;
    ImmutableIntArray.Builder ids = ImmutableIntArray.builder();
    ImmutableDoubleArray.Builder probabilities = ImmutableDoubleArray.builder();
    ImmutableDoubleArray.Builder entropies = ImmutableDoubleArray.builder();
    for (int row = 0; row < known; row++) {
      boolean behind = endsAtEos && row >= answer - 1;
      boolean unsure = !behind && random.nextDouble() < open * open;
      ids.add(behind ? END : unsure ? 3 + random.nextInt(100) : 3 + row);
      probabilities.add(unsure ? 0.3 : 0.999);
      entropies.add(unsure ? 2 : 0.001);
    }
    boolean ended = endsAtEos && answer <= known;
    return new Step(
        before + step,
        step,
        total,
        ids.build(),
        probabilities.build(),
        entropies.build(),
        ended ? answer : known,
        ended,
        Duration.ofMillis(10L * (before + step)));
  }

  /** All steps of a whole canvas except the last. */
  List<Step> steps() {
    List<Step> steps = new ArrayList<>();
    for (int step = 1; step < total; step++) {
      steps.add(step(step, 0, rows));
    }
    return steps;
  }

  @Override
  public String toString() {
    return rows + " rows, " + total + " steps, " + (endsAtEos ? "ends at " + answer : "infill");
  }
}
