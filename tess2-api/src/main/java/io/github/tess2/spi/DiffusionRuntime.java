package io.github.tess2.spi;

import static java.util.Objects.requireNonNull;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
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

  /** A user's configuration of a model. Immutable. */
  final class Configuration {
    private final Values values;

    private Configuration(Values values) {
      this.values = values;
    }

    /**
     * Starts to describe a configuration.
     *
     * @param options the default options of requests
     * @return a new builder
     */
    public static Builder builder(GenerationOptions options) {
      return new Builder(
          new Values(
              null,
              ComputeDevice.AUTO,
              Precision.AUTO,
              WeightFormat.UNQUANTIZED,
              requireNonNull(options, "options"),
              OptionalInt.empty(),
              Batching.UNLIMITED));
    }

    /** {@return a builder that starts with these values} */
    public Builder toBuilder() {
      return new Builder(values);
    }

    /** {@return the checkpoint folder; null for the model that ships with the runtime} */
    public @Nullable Path model() {
      return values.model();
    }

    /** {@return the device} */
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

    /** {@return the default options of requests} */
    public GenerationOptions options() {
      return values.options();
    }

    /**
     * {@return the number of threads that compute on a CPU, greater than zero; empty for the
     * runtime's default}
     */
    public OptionalInt threads() {
      return values.threads();
    }

    /** {@return how requests from all callers share steps} */
    public Batching batching() {
      return values.batching();
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
        GenerationOptions options,
        OptionalInt threads,
        Batching batching) {}

    /** Builds a {@link Configuration}. Not thread-safe. */
    public static final class Builder extends CheckpointSettingsBuilder<Builder> {
      private GenerationOptions options;
      private OptionalInt threads;
      private Batching batching;

      private Builder(Values values) {
        this.model = values.model();
        this.device = values.device();
        this.precision = values.precision();
        this.weights = values.weights();
        this.options = values.options();
        this.threads = values.threads();
        this.batching = values.batching();
      }

      @Override
      Builder self() {
        return this;
      }

      /**
       * Sets the default options of requests.
       *
       * @param options the default options of requests
       * @return this builder
       */
      @CanIgnoreReturnValue
      public Builder options(GenerationOptions options) {
        this.options = requireNonNull(options, "options");
        return this;
      }

      /**
       * Sets the number of threads that compute on a CPU. Default: the runtime's.
       *
       * @param threads greater than zero
       * @return this builder
       * @throws IllegalArgumentException if the value is not greater than zero
       */
      @CanIgnoreReturnValue
      public Builder threads(int threads) {
        if (threads <= 0) {
          throw new IllegalArgumentException(
              "threads must be greater than zero, but is: " + threads);
        }
        this.threads = OptionalInt.of(threads);
        return this;
      }

      /**
       * Sets how requests from all callers share steps. Default: {@link Batching#UNLIMITED}.
       *
       * @param batching how requests from all callers share steps
       * @return this builder
       */
      @CanIgnoreReturnValue
      public Builder batching(Batching batching) {
        this.batching = requireNonNull(batching, "batching");
        return this;
      }

      /** {@return the configuration} */
      public Configuration build() {
        return new Configuration(
            new Values(model, device, precision, weights, options, threads, batching));
      }
    }
  }

  /**
   * Loads a model. The caller closes it. If this fails, no resources remain allocated.
   *
   * @param configuration what to load, and how
   * @return the model
   * @throws io.github.tess2.CheckpointException if a file is missing, damaged or unsupported
   * @throws io.github.tess2.DeviceException if the device or its native libraries are unavailable
   * @throws io.github.tess2.PluginException if a plugin that the options select is unknown
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
