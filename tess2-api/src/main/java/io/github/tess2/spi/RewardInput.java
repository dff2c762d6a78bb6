package io.github.tess2.spi;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.common.primitives.ImmutableIntArray;
import io.github.tess2.Tokenizer;
import java.util.function.Function;

/**
 * The input of a {@link Reward}: B sequences with the same layout of L positions, G of which are
 * generated. The input consists of token probabilities p, not tokens, so that the score has a
 * gradient. If a finished text is scored, p is 1 at its tokens and 0 elsewhere.
 *
 * <p>There are several views of p. Each view is computed only if it is requested, and gradients
 * flow through all of them; request the narrowest one that is sufficient. Every tensor belongs to
 * {@link #manager()}, which the runtime closes after the call. Do not change tensors in place.
 */
public interface RewardInput {
  /** {@return the manager of this call's tensors; create new ones in it} */
  NDManager manager();

  /** {@return the number of this step, from 1 to {@link #total()}} */
  int step();

  /** {@return the number of steps, T} */
  int total();

  /** {@return the L ids of the whole sequence, with the padding token at generated positions} */
  ImmutableIntArray ids();

  /** {@return the G generated positions in the sequence, ascending} */
  ImmutableIntArray positions();

  /** {@return the model's tokenizer} */
  Tokenizer tokenizer();

  /**
   * {@return whether the answer ends at its first end-of-sequence token, so that later tokens are
   * discarded; false for an infill}
   */
  boolean endsAtEos();

  /**
   * Returns an object that is cached for the request being scored, so that values that depend only
   * on the prompt are not recomputed at every step. The first call with a key creates the object,
   * and later calls return the same one.
   *
   * <p>The default implementation caches nothing: each call creates a new object, which belongs to
   * {@link #manager()}.
   *
   * @param <T> the object's type
   * @param key identifies the object, such as the reward itself; compared by identity
   * @param make creates the object; its tensors must belong to the given manager, which is closed
   *     when the request ends
   * @return the object
   */
  default <T> T perRequest(Object key, Function<NDManager, T> make) {
    return make.apply(manager());
  }

  /** {@return p, {@code [B,G,V]}, float32} Needs several times G × V × 4 bytes. */
  NDArray probabilities();

  /**
   * {@return the probabilities of some tokens, {@code [B,G,n]}, float32} The full G × V
   * probabilities are never in memory at once.
   *
   * @param tokenIds n token ids, each below V
   */
  NDArray probabilitiesOf(int... tokenIds);

  /**
   * {@return the probability that the answer ends at each position, {@code [B,G]}, float32}
   * Meaningless if {@link #endsAtEos()} is false.
   */
  default NDArray endProbabilities() {
    return probabilitiesOf(tokenizer().endIds().toArray()).sum(new int[] {2});
  }

  /**
   * {@return the expected embeddings p·E, {@code [B,G,H]}, float32} E is the generating model's
   * embedding.
   */
  NDArray embeddings();

  /**
   * {@return the expected rows p·T of a table, {@code [B,G,N]}, float32}
   *
   * @param table T, {@code [V,N]}, on the model's device, of any floating-point type; treated as a
   *     constant. If it has fewer than V rows, the missing rows count as zeros; additional rows are
   *     ignored. It may be closed after {@link Reward#score} has returned.
   */
  NDArray expected(NDArray table);

  /**
   * {@return rows of E, {@code [n,H]}, float32, constant} For comparison with {@link
   * #embeddings()}.
   *
   * @param tokenIds n token ids, each below V
   */
  NDArray embeddingsOf(ImmutableIntArray tokenIds);
}
