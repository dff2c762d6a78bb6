package io.github.tess2.spi;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.common.primitives.ImmutableIntArray;
import io.github.tess2.Tokenizer;
import java.util.function.Function;

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

  /**
   * Returns something that a reward keeps for the request that is being scored: what depends on the
   * prompt alone need be computed once, not at every step. The first call with a key makes it,
   * later ones return the same.
   *
   * <p>By default nothing is kept: it is made anew and belongs to {@link #manager()}.
   *
   * @param <T> its type
   * @param key whose it is, such as the reward itself; compared by identity
   * @param make makes it; its tensors belong in the manager given, which is closed when the request
   *     ends
   * @return what was made
   */
  default <T> T perRequest(Object key, Function<NDManager, T> make) {
    return make.apply(manager());
  }

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
