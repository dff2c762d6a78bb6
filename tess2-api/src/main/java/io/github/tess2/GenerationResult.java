package io.github.tess2;

import static java.util.Objects.requireNonNull;

import com.google.common.collect.ImmutableList;
import com.google.common.primitives.ImmutableIntArray;
import java.util.OptionalDouble;

/**
 * A generated answer. Immutable.
 *
 * <p><b>Spaces and characters at the edges.</b> A chat's answer is decoded on its own, as by {@link
 * Tokenizer#decode}: a leading space in its first token may be dropped, as {@code tokenizer.decode}
 * does in the published code. Text that continues other text keeps its spaces, as in {@link
 * Tokenizer#decodeContinuation}, so a raw prompt and its text, and the pieces of an infill, can be
 * concatenated directly. Incomplete characters become U+FFFD; the given text next to them is not
 * changed.
 *
 * @param text the answer, cut at the first end-of-sequence token; for a raw prompt the continuation
 *     without the prompt; for an infill the whole text with its blanks filled
 * @param blanks the text of each blank of an infill, in order; empty otherwise. If a character
 *     spans two adjacent blanks, {@code text} contains it and each of the blanks contains U+FFFD
 * @param tokenIds the answer's tokens, up to but not including the end-of-sequence token; for an
 *     infill, the tokens of all blanks
 * @param confidence the probability of each of {@code tokenIds}
 * @param finishReason why generation ended
 * @param steps number of denoising steps run
 * @param seed the seed that repeats this result
 * @param reward the score that selected this candidate, otherwise the last score seen by the last
 *     guidance that has one; empty if nothing scored it
 * @param timings how the time was spent
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
   * Checks the values.
   *
   * @param text the answer
   * @param blanks the text of each blank of an infill
   * @param tokenIds the answer's tokens
   * @param confidence the probability of each of {@code tokenIds}
   * @param finishReason why generation ended
   * @param steps number of denoising steps run
   * @param seed the seed that repeats this result
   * @param reward the score that selected this candidate
   * @param timings how the time was spent
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
