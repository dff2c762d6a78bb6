package io.github.tess2.spi;

import static java.util.Objects.requireNonNull;

import io.github.tess2.Batching;
import io.github.tess2.CheckpointInfo;
import io.github.tess2.ComputeDevice;
import io.github.tess2.DiffusionLM;
import io.github.tess2.GenerationOptions;
import io.github.tess2.Precision;
import io.github.tess2.Tess2Exception;
import io.github.tess2.WeightFormat;
import java.nio.file.Path;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** Loads and runs models. {@link DiffusionLM.Builder#build()} delegates to it. */
public interface DiffusionRuntime extends Plugin {

  /**
   * A user's configuration of a model.
   *
   * @param model the checkpoint folder; null for the model that ships with the runtime
   * @param device the device
   * @param precision the compute precision
   * @param weights how to store the weights of the decoder's layers
   * @param options the default options of requests
   * @param threads the number of threads that compute on a CPU, greater than zero; empty for the
   *     runtime's default
   * @param batching how requests from all callers share steps
   */
  record Configuration(
      @Nullable Path model,
      ComputeDevice device,
      Precision precision,
      WeightFormat weights,
      GenerationOptions options,
      OptionalInt threads,
      Batching batching) {
    /**
     * Checks the values.
     *
     * @param model the checkpoint folder
     * @param options the default options of requests
     * @param precision the compute precision
     * @param weights how to store the weights of the decoder's layers
     * @param device the device
     * @param threads the number of threads that compute on a CPU
     * @param batching how requests from all callers share steps
     * @throws NullPointerException if a value other than the model is null
     * @throws IllegalArgumentException if threads is not greater than zero
     */
    public Configuration {
      requireNonNull(device, "device");
      requireNonNull(precision, "precision");
      requireNonNull(weights, "weights");
      requireNonNull(options, "options");
      requireNonNull(threads, "threads");
      requireNonNull(batching, "batching");
      if (threads.isPresent() && threads.getAsInt() <= 0) {
        throw new IllegalArgumentException(
            "threads must be greater than zero, but is: " + threads.getAsInt());
      }
    }

    /**
     * Creates a configuration with unquantized weights, the runtime's default number of threads and
     * no limit on waiting.
     *
     * @param model the checkpoint folder
     * @param device the device
     * @param precision the compute precision
     * @param options the default options of requests
     * @throws NullPointerException if a value other than the model is null
     */
    public Configuration(
        @Nullable Path model,
        ComputeDevice device,
        Precision precision,
        GenerationOptions options) {
      this(
          model,
          device,
          precision,
          WeightFormat.UNQUANTIZED,
          options,
          OptionalInt.empty(),
          Batching.UNLIMITED);
    }
  }

  /**
   * Loads a model. The caller closes it. If this fails, no resources remain allocated.
   *
   * @param configuration what to load, and how
   * @return the model
   * @throws io.github.tess2.CheckpointException if a file is missing, damaged or unsupported
   * @throws io.github.tess2.DeviceException if the device or its native libraries are unavailable
   * @throws io.github.tess2.PluginException if the noise schedule or sampler is unknown
   */
  DiffusionLM open(Configuration configuration);

  /**
   * Loads a reward model. The caller closes it. If this fails, no resources remain allocated.
   *
   * @param configuration what to load, and how
   * @return the reward model
   * @throws io.github.tess2.CheckpointException if a file is missing, damaged or unsupported, or no
   *     folder is given and the runtime has none
   * @throws io.github.tess2.DeviceException if the device or its native libraries are unavailable
   * @throws Tess2Exception if this runtime does not support reward models
   */
  default RewardModel openRewardModel(RewardModel.Configuration configuration) {
    throw new Tess2Exception("the runtime \"" + name() + "\" has no reward models");
  }

  /**
   * Reads what a checkpoint contains, without loading weights.
   *
   * @param folder the checkpoint folder
   * @return what it contains
   * @throws io.github.tess2.CheckpointException if a file is missing, malformed or unsupported
   * @throws Tess2Exception if this runtime cannot inspect checkpoints
   */
  default CheckpointInfo inspect(Path folder) {
    throw new Tess2Exception("the runtime \"" + name() + "\" cannot inspect checkpoints");
  }
}
