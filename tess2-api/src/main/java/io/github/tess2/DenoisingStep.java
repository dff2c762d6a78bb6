package io.github.tess2;

import static java.util.Objects.requireNonNull;

import com.google.common.primitives.ImmutableIntArray;

/**
 * What one denoising step predicts: the whole canvas, because diffusion revises all of it.
 *
 * @param step which step this is, 1 to {@code total}
 * @param total how many there are, T
 * @param text the prediction so far, as {@link GenerationResult#text()} would give it: cut at the
 *     first end of sequence, or the filled-in text of an infill
 * @param tokenIds the likeliest token at each of the G generated positions, nothing cut
 * @param confidence the probability of each of those tokens, in [0, 1]
 */
public record DenoisingStep(
    int step, int total, String text, ImmutableIntArray tokenIds, Confidence confidence) {
  /**
   * Checks the parts.
   *
   * @param step as the component
   * @param total as the component
   * @param text as the component
   * @param tokenIds as the component
   * @param confidence as the component
   * @throws NullPointerException if one is null
   */
  public DenoisingStep {
    requireNonNull(text, "text");
    requireNonNull(tokenIds, "token ids");
    requireNonNull(confidence, "confidence");
  }
}
