package io.github.tess2.spi;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDManager;
import com.google.common.primitives.ImmutableIntArray;
import io.github.tess2.Tokenizer;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * Steers generation by changing the logits of each step. Immutable and thread-safe: what belongs to
 * one request lives in its {@link Run}.
 *
 * <p>Whoever makes a guidance closes it, after the last request that uses it; a {@link
 * io.github.tess2.DiffusionLM} never does. Only those that hold a model of their own need it.
 */
public interface Guidance extends AutoCloseable {
  /** The most {@link #candidates()} of a request. */
  int MAX_CANDIDATES = 10_000;

  /**
   * Makes an installed guidance by name.
   *
   * @param name of a {@link GuidanceProvider}
   * @param options by their names: texts, or Java values of the right type
   * @return the guidance; the caller closes it
   * @throws io.github.tess2.PluginException if there is none of that name
   * @throws IllegalArgumentException if an option is unknown, ill-typed or missing
   */
  static Guidance named(String name, Map<String, ?> options) {
    requireNonNull(options, "options");
    GuidanceProvider provider = Plugins.of(GuidanceProvider.class).named(name);
    String owner = "guidance \"" + provider.name() + "\"";
    Guidance made = provider.create(OptionValues.of(owner, provider.options(), options));
    return Plugins.requireMade(owner, made);
  }

  /**
   * Makes an installed guidance by name.
   *
   * @param spec its name and options, such as {@code
   *     PluginSpec.parse("best-of:n=4,reward=answer-length(max=20)")}
   * @return the guidance; the caller closes it
   * @throws io.github.tess2.PluginException if there is none of that name
   * @throws IllegalArgumentException if an option is unknown, ill-typed or missing
   */
  static Guidance named(PluginSpec spec) {
    return named(spec.name(), spec.options());
  }

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

  /**
   * {@return how many candidates to generate of each request: with more than one the one is kept
   * whose {@link Run#score()} at the end is highest} From 1 to {@value #MAX_CANDIDATES}; at most
   * one guidance of a request may ask for several.
   */
  default int candidates() {
    return 1;
  }

  /** Frees what this holds. A second call does nothing. */
  @Override
  default void close() {}

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

    /**
     * {@return whether the answer ends at its first end-of-sequence token; not so for an infill}
     */
    boolean endsAtEos();

    /** {@return T} */
    int total();

    /** {@return the request's seed} */
    long seed();

    /**
     * {@return the token that stands for whatever is not known, in a model that diffuses by
     * masking; empty for another}
     */
    default OptionalInt maskId() {
      return OptionalInt.empty();
    }

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

    /**
     * Looks at the outcome, after the last step's guidance is all on the canvas: the likeliest
     * tokens of its logits are the answer.
     *
     * @param canvas the predictions of the last step, valid during this call only
     */
    default void finish(Canvas canvas) {}

    /** {@return the last score this guidance saw, where it has one} */
    default OptionalDouble score() {
      return OptionalDouble.empty();
    }

    @Override
    default void close() {}
  }
}
