package io.github.tess2.spi;

import com.google.common.primitives.ImmutableIntArray;

/** Computes additional predictions of the generating model, for guidance that contrasts prompts. */
public interface Denoiser {
  /**
   * Predicts the current step under another prompt: the same noisy simplex, time and previous
   * prediction at the generated positions, and different ids elsewhere.
   *
   * @param step the step to predict, as passed by the runtime
   * @param ids the other sequence: at least one id, at most the model's maximum length, each below
   *     V; it has as many generated positions as the step has rows
   * @param positions its generated positions, ascending, each below the number of ids
   * @return the predictions, valid as long as {@code step}
   * @throws IllegalArgumentException if an argument breaks these rules
   */
  GuidedStep predict(GuidedStep step, ImmutableIntArray ids, ImmutableIntArray positions);
}
