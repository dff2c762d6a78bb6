package io.github.tess2;

import static java.util.Objects.requireNonNull;

import com.google.common.collect.ImmutableList;
import com.google.common.primitives.ImmutableIntArray;
import java.util.OptionalDouble;

/**
 * A generated answer. Immutable.
 *
 * <p><b>Spaces and characters at the edges.</b> A chat's answer is a text of its own, as {@link
 * Tokenizer#decode} gives it: a space that its first token stands for may be dropped, as {@code
 * tokenizer.decode} does in the published code. What goes on from other text keeps its spaces, as
 * {@link Tokenizer#decodeContinuation} does: prompt and text of a raw prompt, and the pieces of an
 * infill, can be joined as they are. Bytes that are no whole character become U+FFFD; the given
 * text next to them stays as it was given.
 *
 * @param text the answer, cut at the first end of sequence; for a raw prompt what goes on from it,
 *     the prompt not included; for an infill the whole text with its blanks filled
 * @param blanks what each blank of an infill was filled with, in order; empty otherwise. Where two
 *     blanks stand side by side and share a character, {@code text} has it and each of them U+FFFD
 * @param tokenIds the answer's tokens: up to, not including, the end of sequence; for an infill all
 *     the blanks' tokens
 * @param confidence the probability of each of {@code tokenIds}
 * @param finishReason why it ended
 * @param steps denoising steps run
 * @param seed the seed that repeats this result
 * @param reward the score for which this candidate was kept, else the last that the last guidance
 *     with a score has seen; empty where nothing scored
 * @param timings where the time went
 */
public record GenerationResult(
    String text,
    ImmutableList<String> blanks,
    ImmutableIntArray tokenIds,
    Confidence confidence,
    FinishReason finishReason,
    int steps,
    long seed,
    OptionalDouble reward,
    Timings timings) {
  /**
   * Checks the parts.
   *
   * @param text as the component
   * @param blanks as the component
   * @param tokenIds as the component
   * @param confidence as the component
   * @param finishReason as the component
   * @param steps as the component
   * @param seed as the component
   * @param reward as the component
   * @param timings as the component
   * @throws NullPointerException if one is null
   */
  public GenerationResult {
    requireNonNull(text, "text");
    requireNonNull(blanks, "blanks");
    requireNonNull(tokenIds, "token ids");
    requireNonNull(confidence, "confidence");
    requireNonNull(finishReason, "finish reason");
    requireNonNull(reward, "reward");
    requireNonNull(timings, "timings");
  }
}
