package io.github.tess2.spi;

import ai.djl.ndarray.NDManager;
import com.google.common.primitives.ImmutableIntArray;
import io.github.tess2.Tokenizer;
import java.util.OptionalDouble;

/**
 * Steers generation by changing the logits of each step. Immutable and thread-safe: what belongs to
 * one request lives in its {@link Run}.
 */
public interface Guidance {
  /** {@return a name for messages, such as {@code reward-model}} */
  String name();

  /**
   * Begins to guide one request.
   *
   * @param request what is known of it
   * @return the guide, closed by the runtime when the request ends, however it ends
   * @throws IllegalArgumentException if this guidance does not fit the model, such as another
   *     tokenizer
   */
  Run begin(Request request);

  /** What a guidance knows of the request it guides. */
  interface Request {
    /** {@return an owner for tensors that live as long as the request; do not close it} */
    NDManager manager();

    /** {@return the model's tokenizer} */
    Tokenizer tokenizer();

    /** {@return V} */
    int vocabularySize();

    /** {@return the L ids of the whole sequence; generated positions hold the padding token} */
    ImmutableIntArray ids();

    /** {@return the G generated positions in the sequence, ascending} */
    ImmutableIntArray positions();

    /** {@return T} */
    int total();

    /** {@return the request's seed} */
    long seed();

    /** {@return the model, for guidance that needs more predictions of it} */
    Denoiser denoiser();
  }

  /** The guidance of one request. Used by one thread at a time. */
  interface Run extends AutoCloseable {
    /**
     * Guides one step: reads the canvas's logits and puts {@linkplain Canvas#adjust adjustments} on
     * them.
     *
     * @param canvas the predictions of this step, valid during this call only
     */
    void guide(Canvas canvas);

    /** {@return the last score this guidance saw, where it has one} */
    default OptionalDouble score() {
      return OptionalDouble.empty();
    }

    @Override
    default void close() {}
  }
}
