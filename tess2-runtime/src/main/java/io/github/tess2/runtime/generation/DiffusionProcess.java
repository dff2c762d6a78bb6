package io.github.tess2.runtime.generation;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.common.primitives.ImmutableIntArray;
import java.util.List;

/**
 * What noise is, how a request's state enters the model, and what a step makes of the prediction:
 * on the simplex ({@link Stepper}) or by masking ({@link MaskedStepper}).
 */
interface DiffusionProcess {
  /**
   * Opens a request: its memory, and its guidance, which may compute; where that fails, the request
   * has failed.
   */
  void open(RequestState request);

  /** Makes the state of the first step. */
  void begin(RequestState request);

  /**
   * Runs the next step of every request. One that fails is marked so; the others go on.
   *
   * @param requests not finished, begun
   */
  void step(List<RequestState> requests);

  /**
   * Hidden states {@code [G,H]} behind which the head gives the logits of one request's canvas in
   * another sequence.
   *
   * @param owner of the result
   * @param request whose state stands at the generated positions
   * @param ids the sequence
   * @param positions the generated ones in it
   */
  NDArray predict(
      NDManager owner, RequestState request, ImmutableIntArray ids, ImmutableIntArray positions);
}
