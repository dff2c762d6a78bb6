package io.github.tess2.training;

/** The stages of training. */
public enum TrainingStage {
  /**
   * Next-token prediction of the whole text on {@code text} lines, and of the assistant's answers
   * on {@code messages} lines. Produces a base model, and the baseline for comparison.
   */
  AUTOREGRESSIVE,
  /**
   * Diffusion adaptation of an autoregressive model: prefix, span and aggressive-span masks in
   * equal parts, cross-entropy at the masked positions, bidirectional attention from the first
   * step. Trains on {@code text} lines; {@code messages} lines are used as their chat text.
   */
  ADAPTATION,
  /**
   * Instruction tuning by diffusion on {@code messages} lines: the mask covers the last answer and
   * all padding after it. {@code text} lines in the data are cut to a sequence and masked as in
   * {@link #ADAPTATION}, to preserve what that stage learned.
   */
  INSTRUCTION,
  /**
   * Training of a causal reward model on {@code chosen}/{@code rejected} lines with the loss {@code
   * −log σ(r_chosen − r_rejected)} on the last token's score.
   */
  REWARD
}
