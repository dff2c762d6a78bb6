package io.github.tess2.runtime.generation;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.common.primitives.ImmutableIntArray;
import java.util.List;

/**
 * Defines what noise is, how a request's state enters the model, and how a step turns the
 * prediction into the next state: on the simplex ({@link SimplexStepper}) or by masking ({@link
 * MaskedStepper}).
 */
interface DiffusionProcess {
  /**
   * Opens a request: its memory, and its guidance, which may compute. If that fails, the request
   * fails.
   */
  void open(RequestState request);

  /** Creates the state of the first step. */
  void begin(RequestState request);

  /**
   * Runs the next step of every request. A request that fails is marked as failed; the others
   * continue.
   *
   * @param requests requests that have begun and are not finished
   */
  void step(List<RequestState> requests);

  /**
   * Computes hidden states {@code [G,H]} from which the head computes the logits of one request's
   * canvas in another sequence.
   *
   * @param owner the owner of the result
   * @param request the request whose state is at the generated positions
   * @param ids the sequence
   * @param positions the generated positions in it
   */
  NDArray predict(
      NDManager owner, RequestState request, ImmutableIntArray ids, ImmutableIntArray positions);
}
