package io.github.tess2.spi;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.common.primitives.ImmutableIntArray;
import io.github.tess2.Tokenizer;

/**
 * What a {@link Reward} sees: B sequences of one layout, of whose L positions G are being
 * generated. Not tokens but their probabilities p, so that the score has a gradient; where a
 * finished text is scored, p is 1 at its tokens and 0 elsewhere.
 *
 * <p>There are several views of p. Only those asked for are computed, and gradients flow through
 * each: ask for the narrowest that does. Every tensor belongs to {@link #manager()}, which the
 * runtime closes after the call; do not change one in place.
 */
public interface RewardInput {
  /** {@return the owner of this call's tensors; make new ones in it} */
  NDManager manager();

  /** {@return which step this is, 1 to {@link #total()}} */
  int step();

  /** {@return T} */
  int total();

  /** {@return the L ids of the whole sequence; generated positions hold the padding token} */
  ImmutableIntArray ids();

  /** {@return the G generated positions in the sequence, ascending} */
  ImmutableIntArray positions();

  /** {@return the model's tokenizer} */
  Tokenizer tokenizer();

  /**
   * {@return whether the answer ends at its first end-of-sequence token, so that what is generated
   * behind it is never seen; not so for an infill}
   */
  boolean endsAtEos();

  /** {@return p, {@code [B,G,V]}, float32} Takes G × V × 4 bytes a few times over. */
  NDArray probabilities();

  /**
   * {@return the probabilities of some tokens, {@code [B,G,n]}, float32} The G × V ones are never
   * all in memory.
   *
   * @param tokenIds n token ids, each below V
   */
  NDArray probabilitiesOf(int... tokenIds);

  /**
   * {@return the expected embeddings p·E, {@code [B,G,H]}, float32} E is the generating model's.
   */
  NDArray embeddings();

  /**
   * {@return the expected rows p·T of a table, {@code [B,G,N]}, float32}
   *
   * @param table T, {@code [V,N]}, on the model's device, any floating type; constant. Where it has
   *     fewer rows than V the missing ones count as zeros, further ones are not looked at. It may
   *     be closed when the call of {@link Reward#score} has returned.
   */
  NDArray expected(NDArray table);

  /**
   * {@return rows of E, {@code [n,H]}, float32, constant} To compare {@link #embeddings()} with.
   *
   * @param tokenIds n token ids, each below V
   */
  NDArray embeddingsOf(ImmutableIntArray tokenIds);
}
