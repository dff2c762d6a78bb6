package io.github.tess2.training;

import static java.util.Objects.requireNonNull;

import com.google.common.collect.ImmutableList;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.github.tess2.ComputeDevice;
import io.github.tess2.Precision;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** The configuration of a training run. Immutable; created by {@link #builder}. */
public final class TrainingConfig {
  private final TrainingSettings set;

  private TrainingConfig(TrainingSettings set) {
    this.set = set;
  }

  /**
   * Starts to configure a run.
   *
   * @param stage the stage to train
   * @return a new builder
   */
  public static Builder builder(TrainingStage stage) {
    return new Builder(new TrainingSettings(stage));
  }

  /** {@return a builder that starts with these values} */
  public Builder toBuilder() {
    return new Builder(new TrainingSettings(set));
  }

  /** {@return the stage} */
  public TrainingStage stage() {
    return set.stage;
  }

  /** {@return the checkpoint that the run starts from; null for a fresh model} */
  public @Nullable Path startFrom() {
    return set.startFrom;
  }

  /** {@return the fresh model that the run starts with; null for a checkpoint} */
  public @Nullable FreshModel fresh() {
    return set.fresh;
  }

  /** {@return the training data, JSON Lines} */
  public List<Path> data() {
    return set.data;
  }

  /** {@return the held-out data to evaluate on; empty for none} */
  public List<Path> evaluationData() {
    return set.evaluationData;
  }

  /** {@return the folder for checkpoints, state and metrics} */
  public Path output() {
    return requireNonNull(set.output);
  }

  /** {@return the number of optimizer steps} */
  public int steps() {
    return set.steps;
  }

  /** {@return the number of sequences (for a reward model, pairs) in one pass through the model} */
  public int batchSize() {
    return set.batchSize;
  }

  /** {@return the number of passes whose gradients are accumulated for one optimizer step} */
  public int accumulation() {
    return set.accumulation;
  }

  /** {@return the number of tokens in a sequence, L} */
  public int sequenceLength() {
    return set.sequenceLength;
  }

  /** {@return the learning rate schedule} */
  public LearningRate learningRate() {
    return set.learningRate;
  }

  /** {@return the optimizer's settings} */
  public AdamW optimizer() {
    return set.optimizer;
  }

  /** {@return the adapters that are trained instead of the weights; null to train the weights} */
  public @Nullable Lora lora() {
    return set.lora;
  }

  /** {@return the seed for weights, data order, masks, timesteps and noise} */
  public long seed() {
    return set.seed;
  }

  /**
   * {@return the compute precision of the passes; weights and optimizer state are always float32}
   */
  public Precision precision() {
    return set.precision;
  }

  /** {@return the name of the training runtime; null for the only one installed} */
  public @Nullable String runtime() {
    return set.runtime;
  }

  /** {@return the device} */
  public ComputeDevice device() {
    return set.device;
  }

  /** {@return the number of threads that compute on a CPU; empty for the default} */
  public OptionalInt threads() {
    return set.threads;
  }

  /** {@return the number of steps between checkpoints; the last step always writes one} */
  public int checkpointEvery() {
    return set.checkpointEvery;
  }

  /** {@return the number of steps between evaluations; 0 to evaluate only after the last step} */
  public int evaluateEvery() {
    return set.evaluateEvery;
  }

  /** {@return the share of a reward model's pairs with noisy simplex inputs, in [0, 1]} */
  public double noisyShare() {
    return set.noisyShare;
  }

  /** {@return the points that follow this library or the published code} */
  public Conventions conventions() {
    return set.conventions;
  }

  /** Builds a {@link TrainingConfig}. Not thread-safe. */
  public static final class Builder {
    private final TrainingSettings set;

    private Builder(TrainingSettings set) {
      this.set = set;
    }

    /**
     * Starts from a checkpoint in the Hugging Face layout. Either this or {@link #fresh} is
     * required.
     *
     * @param folder the checkpoint folder
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder startFrom(Path folder) {
      set.startFrom = requireNonNull(folder, "startFrom");
      return this;
    }

    /**
     * Starts from random weights. Either this or {@link #startFrom} is required.
     *
     * @param model its shape and tokenizer
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder fresh(FreshModel model) {
      set.fresh = requireNonNull(model, "fresh");
      return this;
    }

    /**
     * Sets the training data (required): JSON Lines files of {@code {"text": …}}, {@code
     * {"messages": [{"role": …, "content": …}]}} or {@code {"chosen": [messages], "rejected":
     * [messages]}}, as the stage requires. The data is read again, in a different seeded order,
     * each time all of it has been used.
     *
     * @param files at least one
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder data(Path... files) {
      set.data = ImmutableList.copyOf(files);
      return this;
    }

    /**
     * Sets held-out data to evaluate on, every {@link #evaluateEvery} steps and after the last one.
     * An evaluation uses at most eight batches, always the same ones with the same noise. Default:
     * none.
     *
     * @param files in the training data's format
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder evaluationData(Path... files) {
      set.evaluationData = ImmutableList.copyOf(files);
      return this;
    }

    /**
     * Sets the folder for checkpoints, state and metrics (required).
     *
     * @param folder created if it does not exist
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder output(Path folder) {
      set.output = requireNonNull(folder, "output");
      return this;
    }

    /**
     * Sets the number of optimizer steps. Default: 1000.
     *
     * @param steps at least 1
     * @return this builder
     * @throws IllegalArgumentException if the value is less
     */
    @CanIgnoreReturnValue
    public Builder steps(int steps) {
      set.steps = Ranges.positive("steps", steps);
      return this;
    }

    /**
     * Sets the number of sequences (for a reward model, pairs) in one pass. Default: 32.
     *
     * @param batchSize at least 1
     * @return this builder
     * @throws IllegalArgumentException if the value is less
     */
    @CanIgnoreReturnValue
    public Builder batchSize(int batchSize) {
      set.batchSize = Ranges.positive("batch size", batchSize);
      return this;
    }

    /**
     * Sets the number of passes whose gradients are accumulated for one optimizer step. Default: 1.
     *
     * @param passes at least 1
     * @return this builder
     * @throws IllegalArgumentException if the value is less
     */
    @CanIgnoreReturnValue
    public Builder accumulation(int passes) {
      set.accumulation = Ranges.positive("accumulation", passes);
      return this;
    }

    /**
     * Sets the sequence length L. Texts are packed into sequences of L tokens, and chats are padded
     * to L; for longer chats see {@link Conventions.Builder#longChats}. Default: 256.
     *
     * @param tokens at least 2, because nothing predicts the first token, and at most the model's
     *     maximum length
     * @return this builder
     * @throws IllegalArgumentException if the value is less than 2
     */
    @CanIgnoreReturnValue
    public Builder sequenceLength(int tokens) {
      set.sequenceLength = Ranges.atLeast(2, "sequence length", tokens);
      return this;
    }

    /**
     * Sets the learning rate schedule. Default: constant 1e-5 without warm-up.
     *
     * @param rate peak, warm-up and shape
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder learningRate(LearningRate rate) {
      set.learningRate = requireNonNull(rate, "learningRate");
      return this;
    }

    /**
     * Sets the optimizer's settings. Default: {@link AdamW#DEFAULT}.
     *
     * @param settings the settings of AdamW
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder optimizer(AdamW settings) {
      set.optimizer = requireNonNull(settings, "optimizer");
      return this;
    }

    /**
     * Trains low-rank adapters instead of the weights, which needs less optimizer memory. Default:
     * trains the weights.
     *
     * @param adapters their rank, scale and targets
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder lora(Lora adapters) {
      set.lora = requireNonNull(adapters, "lora");
      return this;
    }

    /**
     * Sets the seed for weights, data order, masks, timesteps and noise. Default: 0.
     *
     * @param seed any number
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder seed(long seed) {
      set.seed = seed;
      return this;
    }

    /**
     * Sets the compute precision of the passes; weights and optimizer state stay float32. Default:
     * {@link Precision#AUTO}.
     *
     * @param precision not {@link Precision#FP16}, whose gradients would vanish without loss
     *     scaling
     * @return this builder
     * @throws IllegalArgumentException if the precision is FP16
     */
    @CanIgnoreReturnValue
    public Builder precision(Precision precision) {
      requireNonNull(precision, "precision");
      if (precision == Precision.FP16) {
        throw new IllegalArgumentException(
            "precision of training must be FP32, BF16 or AUTO, but is: FP16");
      }
      set.precision = precision;
      return this;
    }

    /**
     * Sets the device. Default: {@link ComputeDevice#AUTO}.
     *
     * @param device the device, at most one GPU
     * @return this builder
     * @throws IllegalArgumentException if there are several GPUs
     */
    @CanIgnoreReturnValue
    public Builder device(ComputeDevice device) {
      if (requireNonNull(device, "device").gpus().length() > 1) {
        throw new IllegalArgumentException(
            "device of training must be at most one GPU, but is: " + device);
      }
      set.device = device;
      return this;
    }

    /**
     * Selects the training runtime by name. Default: the only one installed.
     *
     * @param name the name of a {@link io.github.tess2.spi.TrainingRuntime}
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder runtime(String name) {
      set.runtime = requireNonNull(name, "runtime");
      return this;
    }

    /**
     * Sets how many threads compute on a CPU. The number applies to the whole process during the
     * run; the run fails if an open model has set a different number. Default: the environment
     * variable {@code OMP_NUM_THREADS} if set, otherwise one for each core that this process may
     * use.
     *
     * @param count at least 1
     * @return this builder
     * @throws IllegalArgumentException if the value is less
     */
    @CanIgnoreReturnValue
    public Builder threads(int count) {
      set.threads = OptionalInt.of(Ranges.positive("threads", count));
      return this;
    }

    /**
     * Sets the number of steps between checkpoints; the last step always writes one. Default: 1000.
     *
     * @param steps at least 1
     * @return this builder
     * @throws IllegalArgumentException if the value is less
     */
    @CanIgnoreReturnValue
    public Builder checkpointEvery(int steps) {
      set.checkpointEvery = Ranges.positive("steps between checkpoints", steps);
      return this;
    }

    /**
     * Sets the number of steps between evaluations. Default: 0, which evaluates only after the last
     * step. Without evaluation data there is no evaluation.
     *
     * @param steps 0 or more
     * @return this builder
     * @throws IllegalArgumentException if the value is negative
     */
    @CanIgnoreReturnValue
    public Builder evaluateEvery(int steps) {
      set.evaluateEvery = Ranges.notNegative("steps between evaluations", steps);
      return this;
    }

    /**
     * Sets the share of a reward model's pairs whose answers are noisy simplexes, so that the model
     * also learns to score the inputs that it sees in guidance. Default: 0.
     *
     * @param share in [0, 1]
     * @return this builder
     * @throws IllegalArgumentException if the value is out of range
     */
    @CanIgnoreReturnValue
    public Builder noisyShare(double share) {
      set.noisyShare = Ranges.share("noisy share", share);
      return this;
    }

    /**
     * Sets the points that follow the published code. Default: {@link Conventions#DEFAULT}, which
     * is none.
     *
     * @param choices each choice other than the default must apply to the stage
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder conventions(Conventions choices) {
      set.conventions = requireNonNull(choices, "conventions");
      return this;
    }

    /**
     * Builds the configuration.
     *
     * @return the configuration
     * @throws IllegalArgumentException if the data, the output or the starting point is missing, if
     *     both starting points are set, or if an option does not apply to the stage
     */
    public TrainingConfig build() {
      set.check();
      return new TrainingConfig(new TrainingSettings(set));
    }
  }
}
