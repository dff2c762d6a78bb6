package io.github.tess2.spi;

import com.google.common.primitives.ImmutableIntArray;

/** More predictions of the model that is generating, for guidance that contrasts prompts. */
public interface Denoiser {
  /**
   * Predicts the current canvas under another prompt: same noisy simplex, same time, same previous
   * prediction at the generated positions; other ids at the rest.
   *
   * @param canvas the step to predict, as the runtime gave it
   * @param ids another sequence, at least one id and at most as many as the model takes, each below
   *     V; as many positions of it are generated as in the canvas
   * @param positions which ones, ascending, each below the number of ids
   * @return the predictions, valid as long as the canvas
   * @throws IllegalArgumentException if one of these is not so
   */
  Canvas predict(Canvas canvas, ImmutableIntArray ids, ImmutableIntArray positions);
}
