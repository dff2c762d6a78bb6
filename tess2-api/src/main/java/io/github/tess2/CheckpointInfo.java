package io.github.tess2;

import static java.util.Objects.requireNonNull;

import io.github.tess2.spi.DiffusionRuntime;
import io.github.tess2.spi.Plugins;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * What a checkpoint contains, read from its headers without loading weights. Immutable; holds no
 * file open. Implemented by runtimes.
 */
public interface CheckpointInfo {

  /**
   * Reads a checkpoint with the only runtime installed.
   *
   * @param folder the checkpoint folder, in the Hugging Face layout
   * @return what it contains
   * @throws CheckpointException if a file is missing, malformed, or of a kind that the runtime does
   *     not support. A missing or misshapen weight is not an exception but a {@link #problem}
   * @throws PluginException if there is not exactly one runtime
   */
  static CheckpointInfo read(Path folder) {
    requireNonNull(folder, "folder");
    return Plugins.of(DiffusionRuntime.class).only().inspect(folder);
  }

  /**
   * Reads a checkpoint with a runtime chosen by name.
   *
   * @param folder the checkpoint folder
   * @param runtime the runtime's name
   * @return what it contains
   * @throws CheckpointException as {@link #read(Path)}
   * @throws PluginException if there is no such runtime
   */
  static CheckpointInfo read(Path folder, String runtime) {
    requireNonNull(folder, "folder");
    return Plugins.of(DiffusionRuntime.class)
        .named(Checks.name("runtime", runtime))
        .inspect(folder);
  }

  /** What a checkpoint is for, by the class that {@code architectures} names. */
  enum Purpose {
    /** A diffusion language model. */
    DIFFUSION,
    /** A language model that writes from left to right. */
    CAUSAL,
    /** A model that gives a text one score. */
    REWARD
  }

  /** {@return the model family, {@code model_type} in lower case, such as {@code mistral}} */
  String architecture();

  /** {@return what the checkpoint is for} */
  Purpose purpose();

  /** {@return the shape of the network} */
  Network network();

  /** {@return the weights} */
  Weights weights();

  /** {@return how the model diffuses on the simplex; empty if it does not} */
  Optional<Simplex> simplex();

  /** {@return how the model diffuses by masking; empty if it does not} */
  Optional<Masked> masked();

  /** {@return the tokenizer} */
  Vocabulary vocabulary();

  /**
   * {@return why the checkpoint cannot be loaded for its purpose: a weight is missing or has the
   * wrong shape or type; empty if it can}
   */
  Optional<String> problem();

  /**
   * {@return the memory of all weights, in bytes, stored in one precision}
   *
   * @param precision not {@link Precision#AUTO}
   * @throws IllegalArgumentException if the precision is {@code AUTO}
   */
  default long weightBytes(Precision precision) {
    return weights().parameters() * bytes(precision);
  }

  /**
   * {@return the memory that a request of a simplex model keeps between its steps, in bytes: a
   * token id and an input embedding of H numbers for each generated token}
   *
   * @param precision the compute precision, not {@link Precision#AUTO}
   * @param length number of generated tokens, at least 1
   * @throws IllegalArgumentException if the precision is {@code AUTO} or the length less than 1
   */
  default long requestBytes(Precision precision, int length) {
    if (length < 1) {
      throw new IllegalArgumentException("length must be at least 1, but is: " + length);
    }
    return length * (network().hiddenSize() * bytes(precision) + Long.BYTES);
  }

  private static long bytes(Precision precision) {
    return switch (requireNonNull(precision, "precision")) {
      case FP32 -> Float.BYTES;
      case FP16, BF16 -> Short.BYTES;
      case AUTO ->
          throw new IllegalArgumentException(
              "precision must be fp32, fp16 or bf16 here, but is: AUTO");
    };
  }

  /** The shape of a network. */
  interface Network {
    /** {@return the number of decoder layers} */
    int layers();

    /** {@return the hidden size H} */
    int hiddenSize();

    /** {@return the inner width of the feed-forward part} */
    int intermediateSize();

    /** {@return the number of query heads} */
    int heads();

    /** {@return the number of key and value heads} */
    int keyValueHeads();

    /** {@return the width of a head} */
    int headDimension();

    /** {@return the vocabulary size V, the rows of the embedding} */
    int vocabularySize();

    /** {@return the longest sequence, in tokens} */
    int maxPositions();

    /** {@return the base of the rotary wavelengths} */
    double ropeTheta();

    /**
     * {@return how the rotary frequencies are scaled, for people to read; {@code "none"} if they
     * are not}
     */
    String ropeScaling();

    /** {@return how many positions attention reaches, including its own; empty: all} */
    OptionalInt slidingWindow();

    /** {@return whether the head is the embedding itself} */
    boolean tiedHead();
  }

  /** The weights in the files. */
  interface Weights {
    /** {@return the number of tensors} */
    int tensors();

    /** {@return the number of tensors that a low-rank adapter adds to} */
    int withAdapter();

    /** {@return the number of weights} */
    long parameters();

    /** {@return bytes in the files by type, such as {@code bf16}; unmodifiable, sorted} */
    Map<String, Long> bytesByType();
  }

  /** How a TESS 2 model diffuses. */
  interface Simplex {
    /** {@return the name of the noise schedule} */
    String noiseSchedule();

    /** {@return the number of steps that time was divided into in training} */
    int trainSteps();

    /** {@return the simplex value k} */
    double simplexValue();

    /** {@return how the last prediction enters the next step} */
    SelfConditioning selfConditioning();

    /** {@return the default mass of the nucleus; empty: greedy} */
    OptionalDouble topP();

    /** {@return the default temperature} */
    double temperature();

    /** {@return whether attention looks backwards only} */
    boolean causal();

    /** {@return whether the model has a timestep embedding} */
    boolean timestepEmbedding();

    /** {@return whether the model has the learned time warp of CDCD} */
    boolean cdcdTimeWarp();
  }

  /** How a model such as LLaDA diffuses. */
  interface Masked {
    /** {@return the id of the mask token} */
    int maskId();

    /** {@return whether the logits at a position predict the next position} */
    boolean shiftedLogits();

    /** {@return the name of the default sampler} */
    String sampler();
  }

  /** The tokenizer's vocabulary. */
  interface Vocabulary {
    /** {@return the number of tokens, including added ones} */
    int size();

    /** {@return the id of the beginning-of-sequence token} */
    int bosId();

    /** {@return the id of the end-of-sequence token} */
    int eosId();

    /** {@return the id of the padding token} */
    int padId();

    /** {@return a digest of the vocabulary, as {@link Tokenizer#fingerprint}} */
    String fingerprint();
  }
}
