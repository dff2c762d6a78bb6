package io.github.tess2.training;

/** What a training run does to a model. */
public enum TrainingStage {
  /**
   * Next-token prediction: on {@code text} lines the whole text, on {@code messages} lines the
   * assistant's answers. Makes a base, and the baseline to compare with.
   */
  AUTOREGRESSIVE,
  /**
   * Diffusion adaptation of an autoregressive model: prefix, span and aggressive-span masks in
   * equal parts, cross-entropy at the masked positions, attention bidirectional from the first
   * step. Trains on {@code text} lines; {@code messages} lines count as their chat text.
   */
  ADAPTATION,
  /**
   * Instruction tuning by diffusion on {@code messages} lines: the mask is the last answer and all
   * padding behind it. {@code text} lines among them, cut to a sequence, are masked as in {@link
   * #ADAPTATION}, so that what it taught is kept.
   */
  INSTRUCTION,
  /**
   * A causal reward model from {@code chosen}/{@code rejected} lines: {@code −log σ(r_chosen −
   * r_rejected)} on the last token's score.
   */
  REWARD
}
