package io.github.tess2.spi;

import static java.util.Objects.requireNonNull;

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

  /**
   * The configuration of a reward model.
   *
   * @param model the checkpoint folder; null for the reward model that ships with the runtime
   * @param device the device, which must be that of the model it guides
   * @param precision the compute precision
   * @param weights how to store the weights of the decoder's layers
   * @param readout the position where the score is read
   * @param activationBytes memory in bytes for activations that are kept until the gradient is
   *     computed, 0 or more. Other activations are recomputed, so more memory makes a guided step
   *     faster. Autograd needs memory for one layer in addition
   */
  record Configuration(
      @Nullable Path model,
      ComputeDevice device,
      Precision precision,
      WeightFormat weights,
      Readout readout,
      long activationBytes) {
    /** The default memory for kept activations: 512 MiB. */
    public static final long DEFAULT_ACTIVATION_BYTES = 512L << 20;

    /**
     * Creates a configuration with unquantized weights and the default memory for kept activations.
     *
     * @param model the checkpoint folder
     * @param device the device
     * @param precision the compute precision
     * @param readout the position where the score is read
     * @throws NullPointerException if a value other than the model is null
     */
    public Configuration(
        @Nullable Path model, ComputeDevice device, Precision precision, Readout readout) {
      this(model, device, precision, WeightFormat.UNQUANTIZED, readout, DEFAULT_ACTIVATION_BYTES);
    }

    /**
     * Checks the values.
     *
     * @param model the checkpoint folder
     * @param device the device
     * @param precision the compute precision
     * @param weights how to store the weights of the decoder's layers
     * @param readout the position where the score is read
     * @param activationBytes memory in bytes for activations that are kept until the gradient is
     *     computed
     * @throws NullPointerException if a value other than the model is null
     * @throws IllegalArgumentException if the memory is negative
     */
    public Configuration {
      if (activationBytes < 0) {
        throw new IllegalArgumentException(
            "activationBytes must be 0 or more, but is: " + activationBytes);
      }
      requireNonNull(device, "device");
      requireNonNull(precision, "precision");
      requireNonNull(weights, "weights");
      requireNonNull(readout, "readout");
    }
  }

  /**
   * Opens the reward model that ships with the only installed runtime, on the runtime's default
   * device, with the score read at {@link Readout#LAST}. The caller closes it.
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
   * at {@link Readout#LAST}. The caller closes it.
   *
   * @param folder the checkpoint folder; null as for {@link #open()}
   * @return the reward model
   * @throws io.github.tess2.CheckpointException if a file is missing, damaged or unsupported, or no
   *     folder is given and the runtime has none
   * @throws io.github.tess2.DeviceException if the native libraries are unavailable
   */
  static RewardModel open(@Nullable Path folder) {
    return open(new Configuration(folder, ComputeDevice.AUTO, Precision.AUTO, Readout.LAST));
  }

  /**
   * Opens a reward model on the only installed runtime. The caller closes it.
   *
   * @param configuration the configuration
   * @return the reward model
   * @throws io.github.tess2.CheckpointException if a file is missing, damaged or unsupported, or no
   *     folder is given and the runtime has none
   * @throws io.github.tess2.DeviceException if the device or its native libraries are unavailable
   */
  static RewardModel open(Configuration configuration) {
    requireNonNull(configuration, "configuration");
    return Plugins.of(DiffusionRuntime.class).only().openRewardModel(configuration);
  }

  /**
   * {@return the same network with the score read at another position} It shares the memory of this
   * instance and is closed with it.
   *
   * @param readout the position where the score is read
   */
  RewardModel withReadout(Readout readout);

  /** {@return the memory of the weights on the device, in bytes} */
  long weightBytes();

  /** Frees all native memory, after any running computation has finished. */
  @Override
  void close();
}
