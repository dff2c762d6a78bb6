package io.github.tess2.spi;

import static java.util.Objects.requireNonNull;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.github.tess2.ComputeDevice;
import io.github.tess2.Precision;
import io.github.tess2.WeightFormat;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A learned reward: a causal decoder over the whole sequence with a score on top, in the Hugging
 * Face layout. Opened by {@link DiffusionRuntime#openRewardModel}. Thread-safe: one instance can
 * serve any number of guidances and models. Its tokenizer must be the same as the model's; {@link
 * #check} verifies this.
 */
public interface RewardModel extends Reward, AutoCloseable {
  /** The position where the score is read. */
  enum Readout {
    /** The last position, whatever its token, as in the paper's guidance. */
    LAST,
    /**
     * The end of the answer: the first end-of-sequence token, or the last position if there is none
     * or the text is an infill. For token probabilities, the mean over the possible ends.
     */
    END
  }

  /** The configuration of a reward model. Immutable. */
  final class Configuration {
    /** The default memory for kept activations: 512 MiB. */
    public static final long DEFAULT_ACTIVATION_BYTES = 512L << 20;

    private final Values values;

    private Configuration(Values values) {
      this.values = values;
    }

    /** {@return a new builder, for the reward model that ships with the runtime} */
    public static Builder builder() {
      return new Builder(
          new Values(
              null,
              ComputeDevice.AUTO,
              Precision.AUTO,
              WeightFormat.UNQUANTIZED,
              Readout.END,
              DEFAULT_ACTIVATION_BYTES,
              null));
    }

    /** {@return a builder that starts with these values} */
    public Builder toBuilder() {
      return new Builder(values);
    }

    /** {@return the checkpoint folder; null for the reward model that ships with the runtime} */
    public @Nullable Path model() {
      return values.model();
    }

    /** {@return the device, which may be another GPU than that of the model it guides} */
    public ComputeDevice device() {
      return values.device();
    }

    /** {@return the compute precision} */
    public Precision precision() {
      return values.precision();
    }

    /** {@return how the weights of the decoder's layers are stored} */
    public WeightFormat weights() {
      return values.weights();
    }

    /** {@return the position where the score is read} */
    public Readout readout() {
      return values.readout();
    }

    /**
     * {@return the greatest memory in bytes for activations that are kept until the gradient is
     * computed, 0 or more. Other activations are recomputed, so more memory makes a guided step
     * faster. A GPU uses at most a quarter of the memory that is free after loading. Autograd needs
     * memory for one layer in addition}
     */
    public long activationBytes() {
      return values.activationBytes();
    }

    /** {@return the name of the runtime that opens it; null for the only one installed} */
    public @Nullable String runtime() {
      return values.runtime();
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Configuration that && values.equals(that.values);
    }

    @Override
    public int hashCode() {
      return values.hashCode();
    }

    @Override
    public String toString() {
      return values.toString().replaceFirst("Values", "Configuration");
    }

    private record Values(
        @Nullable Path model,
        ComputeDevice device,
        Precision precision,
        WeightFormat weights,
        Readout readout,
        long activationBytes,
        @Nullable String runtime) {}

    /** Builds a {@link Configuration}. Not thread-safe. */
    public static final class Builder extends CheckpointSettingsBuilder<Builder> {
      private Readout readout;
      private long activationBytes;
      private @Nullable String runtime;

      private Builder(Values values) {
        this.model = values.model();
        this.device = values.device();
        this.precision = values.precision();
        this.weights = values.weights();
        this.readout = values.readout();
        this.activationBytes = values.activationBytes();
        this.runtime = values.runtime();
      }

      @Override
      Builder self() {
        return this;
      }

      /**
       * Sets the position where the score is read. Default: {@link Readout#END}.
       *
       * @param readout the position where the score is read
       * @return this builder
       */
      @CanIgnoreReturnValue
      public Builder readout(Readout readout) {
        this.readout = requireNonNull(readout, "readout");
        return this;
      }

      /**
       * Sets the greatest memory for activations that are kept until the gradient is computed. A
       * GPU uses at most a quarter of the memory that is free after loading. Default: {@link
       * #DEFAULT_ACTIVATION_BYTES}.
       *
       * @param activationBytes 0 or more
       * @return this builder
       * @throws IllegalArgumentException if the value is negative
       */
      @CanIgnoreReturnValue
      public Builder activationBytes(long activationBytes) {
        if (activationBytes < 0) {
          throw new IllegalArgumentException(
              "activationBytes must be 0 or more, but is: " + activationBytes);
        }
        this.activationBytes = activationBytes;
        return this;
      }

      /**
       * Selects the runtime that opens the reward model, by name. Default: the only one installed.
       *
       * @param name the name of a {@link DiffusionRuntime}
       * @return this builder
       */
      @CanIgnoreReturnValue
      public Builder runtime(String name) {
        this.runtime = requireNonNull(name, "runtime");
        return this;
      }

      /** {@return the configuration} */
      public Configuration build() {
        return new Configuration(
            new Values(model, device, precision, weights, readout, activationBytes, runtime));
      }
    }
  }

  /**
   * Opens the reward model that ships with the only installed runtime, on the runtime's default
   * device, with the score read at {@link Readout#END}. The caller closes it.
   *
   * @return the reward model
   * @throws io.github.tess2.CheckpointException if the runtime has none
   * @throws io.github.tess2.DeviceException if the native libraries are unavailable
   */
  static RewardModel open() {
    return open((Path) null);
  }

  /**
   * Opens a reward model on the default device of the only installed runtime, with the score read
   * at {@link Readout#END}. The caller closes it.
   *
   * @param folder the checkpoint folder; null as for {@link #open()}
   * @return the reward model
   * @throws io.github.tess2.CheckpointException if a file is missing, damaged or unsupported, or no
   *     folder is given and the runtime has none
   * @throws io.github.tess2.DeviceException if the native libraries are unavailable
   */
  static RewardModel open(@Nullable Path folder) {
    return open(Configuration.builder().model(folder).build());
  }

  /**
   * Opens a reward model. The caller closes it.
   *
   * @param configuration the configuration
   * @return the reward model
   * @throws io.github.tess2.PluginException if the runtime is unknown, or several are installed and
   *     none is named
   * @throws io.github.tess2.CheckpointException if a file is missing, damaged or unsupported, or no
   *     folder is given and the runtime has none
   * @throws io.github.tess2.DeviceException if the device or its native libraries are unavailable
   */
  static RewardModel open(Configuration configuration) {
    requireNonNull(configuration, "configuration");
    return Plugins.of(DiffusionRuntime.class)
        .namedOrOnly(configuration.runtime())
        .openRewardModel(configuration);
  }

  /**
   * {@return the same network with the score read at another position} It shares the memory of this
   * instance and is closed with it.
   *
   * @param readout the position where the score is read
   */
  RewardModel withReadout(Readout readout);

  /**
   * {@return the memory of the weights on its device, in bytes} A model on another device needs a
   * copy of the token embedding there, which is not counted.
   */
  long weightBytes();

  /** Frees all native memory, after any running computation has finished. */
  @Override
  void close();
}
