package io.github.tess2.spi;

import static java.util.Objects.requireNonNull;

import io.github.tess2.ComputeDevice;
import io.github.tess2.Precision;
import io.github.tess2.WeightFormat;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A reward that a network has learned: a causal decoder over the whole sequence with a score on
 * top, in the Hugging Face layout. Opened by {@link DiffusionRuntime#openRewardModel}; thread-safe,
 * so that one serves any number of guidances and models. Its tokenizer must be the model's, which
 * {@link #check} checks.
 */
public interface RewardModel extends Reward, AutoCloseable {
  /** At which position the score is read. */
  enum Readout {
    /** The last one, whatever stands there: what the paper's guidance does. */
    LAST,
    /**
     * The answer's end: the first end-of-sequence token, or the last position where there is none
     * or the text is an infill; where tokens are only likely, the mean over where it may end.
     */
    END
  }

  /**
   * What to open.
   *
   * @param model the checkpoint's folder; null for the reward model that ships with the runtime
   * @param device where to compute: where the model does that it steers
   * @param precision what to compute in
   * @param weights how to store the weights of the decoder's layers
   * @param readout where to read the score
   * @param activationBytes memory for activations that are kept until the gradient is taken, in
   *     bytes, 0 or more: what is not kept is computed again, so more memory makes a guided step
   *     faster. The memory that autograd takes for one layer comes on top
   */
  record Configuration(
      @Nullable Path model,
      ComputeDevice device,
      Precision precision,
      WeightFormat weights,
      Readout readout,
      long activationBytes) {
    /** The memory for kept activations where none is given: 512 MiB. */
    public static final long DEFAULT_ACTIVATION_BYTES = 512L << 20;

    /**
     * Takes unquantized weights and the default memory for kept activations.
     *
     * @param model as the component
     * @param device as the component
     * @param precision as the component
     * @param readout as the component
     * @throws NullPointerException if one other than the model is null
     */
    public Configuration(
        @Nullable Path model, ComputeDevice device, Precision precision, Readout readout) {
      this(model, device, precision, WeightFormat.UNQUANTIZED, readout, DEFAULT_ACTIVATION_BYTES);
    }

    /**
     * Checks the parts.
     *
     * @param model as the component
     * @param device as the component
     * @param precision as the component
     * @param weights as the component
     * @param readout as the component
     * @param activationBytes as the component
     * @throws NullPointerException if one other than the model is null
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
   * Opens the reward model that ships with the only installed runtime, where that computes by
   * default, read at {@link Readout#LAST}. The caller closes it.
   *
   * @return the reward model
   * @throws io.github.tess2.CheckpointException if none ships
   * @throws io.github.tess2.DeviceException if the native libraries are not there
   */
  static RewardModel open() {
    return open((Path) null);
  }

  /**
   * Opens a reward model where the only installed runtime computes by default, read at {@link
   * Readout#LAST}. The caller closes it.
   *
   * @param folder the checkpoint; null as for {@link #open()}
   * @return the reward model
   * @throws io.github.tess2.CheckpointException if a file is missing, damaged or unsupported, or no
   *     folder is given and none ships
   * @throws io.github.tess2.DeviceException if the native libraries are not there
   */
  static RewardModel open(@Nullable Path folder) {
    return open(new Configuration(folder, ComputeDevice.AUTO, Precision.AUTO, Readout.LAST));
  }

  /**
   * Opens a reward model on the only installed runtime. The caller closes it.
   *
   * @param configuration what to open, and where
   * @return the reward model
   * @throws io.github.tess2.CheckpointException if a file is missing, damaged or unsupported, or no
   *     folder is given and none ships
   * @throws io.github.tess2.DeviceException if the device or its native libraries are not there
   */
  static RewardModel open(Configuration configuration) {
    requireNonNull(configuration, "configuration");
    return Plugins.of(DiffusionRuntime.class).only().openRewardModel(configuration);
  }

  /**
   * {@return the same network with the score read elsewhere} It shares this one's memory and is
   * closed with it.
   *
   * @param readout where to read the score
   */
  RewardModel withReadout(Readout readout);

  /** {@return memory its weights take on the device, in bytes} */
  long weightBytes();

  /** Frees all native memory, when the score that is being computed is done. */
  @Override
  void close();
}
