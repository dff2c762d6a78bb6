package io.github.tess2.runtime.generation;

import com.google.common.primitives.ImmutableDoubleArray;
import com.google.common.primitives.ImmutableIntArray;
import io.github.tess2.Tokenizer;
import io.github.tess2.spi.Prediction;
import java.time.Duration;

/** The prediction of a request's step, as its plugins see it. */
record StepPrediction(
    int steps,
    int step,
    int total,
    ImmutableIntArray tokenIds,
    ImmutableDoubleArray probabilities,
    ImmutableDoubleArray entropies,
    int answerRows,
    boolean ended,
    Duration spent)
    implements Prediction {

  /** The prediction of a step that has been read but not yet counted. */
  static StepPrediction of(RequestState request, Tokenizer tokenizer) {
    ImmutableIntArray ids = request.tokenIds();
    int known = ids.length();
    int end = request.layout.infill() ? known : tokenizer.answerLength(ids);
    return new StepPrediction(
        request.stepsRun() + 1,
        request.total() - request.step,
        request.total(),
        ids,
        ImmutableDoubleArray.copyOf(request.probability).subArray(0, known),
        ImmutableDoubleArray.copyOf(request.entropy).subArray(0, known),
        Math.min(end + 1, known),
        end < known,
        Duration.ofNanos(System.nanoTime() - request.firstStepNanos));
  }
}
