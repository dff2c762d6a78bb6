package io.github.tess2.spi;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDManager;
import com.google.common.primitives.ImmutableIntArray;
import io.github.tess2.Tokenizer;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * Steers generation by changing the logits of each step. Immutable and thread-safe: the state of a
 * request is in its {@link Run}.
 *
 * <p>The creator of a guidance closes it, after the last request that uses it; a {@link
 * io.github.tess2.DiffusionLM} never does. Only guidances that hold a model need to be closed.
 */
public interface Guidance extends AutoCloseable {
  /** The maximum of {@link #candidates()}. */
  int MAX_CANDIDATES = 10_000;

  /**
   * Creates an installed guidance by name.
   *
   * @param name the name of a {@link GuidanceProvider}
   * @param options option values by name: strings, or Java values of the right type
   * @return the guidance; the caller closes it
   * @throws io.github.tess2.PluginException if there is no guidance of that name
   * @throws IllegalArgumentException if an option is unknown, has the wrong type or is missing
   */
  static Guidance named(String name, Map<String, ?> options) {
    requireNonNull(options, "options");
    GuidanceProvider provider = Plugins.of(GuidanceProvider.class).named(name);
    String owner = "guidance \"" + provider.name() + "\"";
    Guidance made = provider.create(OptionValues.of(owner, provider.options(), options));
    return Plugins.requireMade(owner, made);
  }

  /**
   * Creates an installed guidance by name.
   *
   * @param spec its name and options, such as {@code
   *     PluginSpec.parse("best-of:n=4,reward=answer-length(max=20)")}
   * @return the guidance; the caller closes it
   * @throws io.github.tess2.PluginException if there is no guidance of that name
   * @throws IllegalArgumentException if an option is unknown, has the wrong type or is missing
   */
  static Guidance named(PluginSpec spec) {
    return named(spec.name(), spec.options());
  }

  /** {@return the name for messages, such as {@code reward-model}} */
  String name();

  /**
   * Starts guiding one request.
   *
   * @param request the properties of the request
   * @return the guidance of the request; the runtime closes it when the request ends, whether it
   *     succeeds or fails
   * @throws IllegalArgumentException if this guidance does not suit the model, for example because
   *     the tokenizers differ
   */
  Run begin(Request request);

  /**
   * {@return the number of candidates to generate for each request, from 1 to {@value
   * #MAX_CANDIDATES}} If there are several, the one with the highest final {@link Run#score()} is
   * kept. At most one guidance of a request may ask for several.
   */
  default int candidates() {
    return 1;
  }

  /** Frees this guidance's resources. A second call does nothing. */
  @Override
  default void close() {}

  /** The properties of the request that a guidance guides. */
  interface Request {
    /** {@return a manager for tensors that live as long as the request; do not close it} */
    NDManager manager();

    /** {@return the model's tokenizer} */
    Tokenizer tokenizer();

    /** {@return the vocabulary size V} */
    int vocabularySize();

    /** {@return the L ids of the whole sequence, with the padding token at generated positions} */
    ImmutableIntArray ids();

    /** {@return the G generated positions in the sequence, ascending} */
    ImmutableIntArray positions();

    /** {@return whether the answer ends at its first end-of-sequence token; false for an infill} */
    boolean endsAtEos();

    /** {@return the number of steps, T} */
    int total();

    /** {@return the request's seed} */
    long seed();

    /** {@return the mask token of a masked diffusion model; empty for other models} */
    default OptionalInt maskId() {
      return OptionalInt.empty();
    }

    /** {@return the model, for guidance that needs additional predictions} */
    Denoiser denoiser();
  }

  /** The guidance of one request. Used by one thread at a time. */
  interface Run extends AutoCloseable {
    /**
     * Guides one step: reads its logits and adds {@linkplain GuidedStep#adjust adjustments} to
     * them.
     *
     * @param step this step, valid only during this call
     */
    void guide(GuidedStep step);

    /**
     * Called after all guidances have adjusted the last step. The likeliest tokens of its logits
     * are the answer.
     *
     * @param step the last step, valid only during this call
     */
    default void finish(GuidedStep step) {}

    /** {@return the last score that this guidance computed, if any} */
    default OptionalDouble score() {
      return OptionalDouble.empty();
    }

    @Override
    default void close() {}
  }
}
