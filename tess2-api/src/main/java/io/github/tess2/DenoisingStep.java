package io.github.tess2;

import static java.util.Objects.requireNonNull;

import com.google.common.primitives.ImmutableIntArray;

/**
 * The prediction of one denoising step. It covers the whole canvas, because diffusion revises every
 * position.
 *
 * @param step number of this step, from 1 to {@code total}
 * @param total number of steps, T
 * @param text the prediction as {@link GenerationResult#text()} would return it: cut at the first
 *     end-of-sequence token, or the filled-in text of an infill
 * @param tokenIds the likeliest token at each of the G generated positions, not cut
 * @param confidence the probability of each of those tokens, in [0, 1]
 */
public record DenoisingStep(
    int step, int total, String text, ImmutableIntArray tokenIds, Confidence confidence) {
  /**
   * Checks the values.
   *
   * @param step number of this step
   * @param total number of steps
   * @param text the prediction as {@link GenerationResult#text()} would return it
   * @param tokenIds the likeliest token at each of the G generated positions
   * @param confidence the probability of each of those tokens
   * @throws NullPointerException if one is null
   */
  public DenoisingStep {
    requireNonNull(text, "text");
    requireNonNull(tokenIds, "token ids");
    requireNonNull(confidence, "confidence");
  }
}
