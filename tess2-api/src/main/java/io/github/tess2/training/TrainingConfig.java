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

/** A training run, fully described. Immutable; made by {@link #builder}. */
public final class TrainingConfig {
  private final TrainingSettings set;

  private TrainingConfig(TrainingSettings set) {
    this.set = set;
  }

  /**
   * Starts to describe a run.
   *
   * @param stage what it does
   * @return the builder
   */
  public static Builder builder(TrainingStage stage) {
    return new Builder(stage);
  }

  /** {@return what the run does} */
  public TrainingStage stage() {
    return set.stage;
  }

  /** {@return the checkpoint it starts from; null for a fresh model} */
  public @Nullable Path startFrom() {
    return set.startFrom;
  }

  /** {@return the fresh model it starts with; null for a checkpoint} */
  public @Nullable FreshModel fresh() {
    return set.fresh;
  }

  /** {@return the training data, JSON Lines} */
  public List<Path> data() {
    return set.data;
  }

  /** {@return held-out data to evaluate on; empty for none} */
  public List<Path> evaluationData() {
    return set.evaluationData;
  }

  /** {@return the folder checkpoints, state and metrics go to} */
  public Path output() {
    return requireNonNull(set.output);
  }

  /** {@return optimizer steps} */
  public int steps() {
    return set.steps;
  }

  /** {@return sequences (for a reward model: pairs) in one pass through the model} */
  public int batchSize() {
    return set.batchSize;
  }

  /** {@return passes whose gradients make one optimizer step} */
  public int accumulation() {
    return set.accumulation;
  }

  /** {@return L, tokens in a sequence} */
  public int sequenceLength() {
    return set.sequenceLength;
  }

  /** {@return how the learning rate runs} */
  public LearningRate learningRate() {
    return set.learningRate;
  }

  /** {@return the optimizer's settings} */
  public AdamW optimizer() {
    return set.optimizer;
  }

  /** {@return the adapters that are trained in place of the weights; null for the weights} */
  public @Nullable Lora lora() {
    return set.lora;
  }

  /** {@return the seed of weights, order, masks, timesteps and noise} */
  public long seed() {
    return set.seed;
  }

  /** {@return what the passes compute in; weights and optimizer are always float32} */
  public Precision precision() {
    return set.precision;
  }

  /** {@return where to compute} */
  public ComputeDevice device() {
    return set.device;
  }

  /** {@return how many threads compute on a CPU; empty for the default} */
  public OptionalInt threads() {
    return set.threads;
  }

  /** {@return steps between checkpoints; the last step always writes one} */
  public int checkpointEvery() {
    return set.checkpointEvery;
  }

  /** {@return steps between evaluations; 0 for one after the last step only} */
  public int evaluateEvery() {
    return set.evaluateEvery;
  }

  /** {@return the share of a reward model's passes on noisy simplex inputs, in [0, 1]} */
  public double noisyShare() {
    return set.noisyShare;
  }

  /** {@return what is done in this library's way, and what in the published code's} */
  public Conventions conventions() {
    return set.conventions;
  }

  /** Describes a {@link TrainingConfig}. Not thread-safe. */
  public static final class Builder {
    private final TrainingSettings set;

    private Builder(TrainingStage stage) {
      this.set = new TrainingSettings(stage);
    }

    /**
     * Starts from a checkpoint in the Hugging Face layout: this or {@link #fresh} is required.
     *
     * @param folder of the checkpoint
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder startFrom(Path folder) {
      set.startFrom = requireNonNull(folder, "startFrom");
      return this;
    }

    /**
     * Starts from random weights: this or {@link #startFrom} is required.
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
     * Sets the training data, required: JSON Lines files of {@code {"text": …}}, {@code
     * {"messages": [{"role": …, "content": …}]}} or {@code {"chosen": [messages], "rejected":
     * [messages]}}, as the stage takes them. Read anew, in another seeded order, each time all of
     * it has been seen.
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
     * Sets held-out data to evaluate on: at most eight batches of it, always the same with the same
     * noise, every {@link #evaluateEvery} steps and after the last. Default: none.
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
     * Sets the folder that checkpoints, state and metrics go to, required.
     *
     * @param folder made if it is not there
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder output(Path folder) {
      set.output = requireNonNull(folder, "output");
      return this;
    }

    /**
     * Sets the optimizer steps. Default: 1000.
     *
     * @param steps at least 1
     * @return this builder
     * @throws IllegalArgumentException if it is less
     */
    @CanIgnoreReturnValue
    public Builder steps(int steps) {
      set.steps = Ranges.positive("steps", steps);
      return this;
    }

    /**
     * Sets the sequences (for a reward model: pairs) in one pass. Default: 32.
     *
     * @param batchSize at least 1
     * @return this builder
     * @throws IllegalArgumentException if it is less
     */
    @CanIgnoreReturnValue
    public Builder batchSize(int batchSize) {
      set.batchSize = Ranges.positive("batch size", batchSize);
      return this;
    }

    /**
     * Sets how many passes' gradients make one optimizer step. Default: 1.
     *
     * @param passes at least 1
     * @return this builder
     * @throws IllegalArgumentException if it is less
     */
    @CanIgnoreReturnValue
    public Builder accumulation(int passes) {
      set.accumulation = Ranges.positive("accumulation", passes);
      return this;
    }

    /**
     * Sets L. Texts are packed into sequences of it, chats padded to it; what becomes of longer
     * chats is {@link Conventions.Builder#longChats}. Default: 256.
     *
     * @param tokens at least 2, since nothing predicts the first; at most the model's longest
     * @return this builder
     * @throws IllegalArgumentException if it is less than 2
     */
    @CanIgnoreReturnValue
    public Builder sequenceLength(int tokens) {
      set.sequenceLength = Ranges.atLeast(2, "sequence length", tokens);
      return this;
    }

    /**
     * Sets how the learning rate runs. Default: constant 1e-5 without warm-up.
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
     * @param settings of AdamW
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder optimizer(AdamW settings) {
      set.optimizer = requireNonNull(settings, "optimizer");
      return this;
    }

    /**
     * Trains low-rank adapters in place of the weights, which needs less memory for the optimizer.
     * Default: the weights.
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
     * Sets the seed of weights, order, masks, timesteps and noise. Default: 0.
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
     * Sets what passes compute in; weights and optimizer stay float32. Default: {@link
     * Precision#AUTO}.
     *
     * @param precision not {@link Precision#FP16}, whose gradients would vanish without loss
     *     scaling
     * @return this builder
     * @throws IllegalArgumentException if it is FP16
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
     * Sets where to compute. Default: {@link ComputeDevice#AUTO}.
     *
     * @param device the device
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder device(ComputeDevice device) {
      set.device = requireNonNull(device, "device");
      return this;
    }

    /**
     * Sets how many threads compute on a CPU. The number is the whole process's while the run goes
     * on, which fails where an open model has asked for another. Default: what the environment
     * variable {@code OMP_NUM_THREADS} says, else one for each core that this process may use.
     *
     * @param count at least 1
     * @return this builder
     * @throws IllegalArgumentException if it is less
     */
    @CanIgnoreReturnValue
    public Builder threads(int count) {
      set.threads = OptionalInt.of(Ranges.positive("threads", count));
      return this;
    }

    /**
     * Sets the steps between checkpoints; the last step always writes one. Default: 1000.
     *
     * @param steps at least 1
     * @return this builder
     * @throws IllegalArgumentException if it is less
     */
    @CanIgnoreReturnValue
    public Builder checkpointEvery(int steps) {
      set.checkpointEvery = Ranges.positive("steps between checkpoints", steps);
      return this;
    }

    /**
     * Sets the steps between evaluations. Default: 0, which evaluates after the last step only.
     * Without evaluation data there is none at all.
     *
     * @param steps 0 or more
     * @return this builder
     * @throws IllegalArgumentException if it is negative
     */
    @CanIgnoreReturnValue
    public Builder evaluateEvery(int steps) {
      set.evaluateEvery = Ranges.notNegative("steps between evaluations", steps);
      return this;
    }

    /**
     * Sets the share of a reward model's passes whose answers are noisy simplexes, so that it also
     * scores what guidance shows it. Default: 0.
     *
     * @param share in [0, 1]
     * @return this builder
     * @throws IllegalArgumentException if it is out of range
     */
    @CanIgnoreReturnValue
    public Builder noisyShare(double share) {
      set.noisyShare = Ranges.share("noisy share", share);
      return this;
    }

    /**
     * Sets what is done as the published code does it. Default: {@link Conventions#DEFAULT},
     * nothing.
     *
     * @param choices each that is not the default has to concern the stage
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder conventions(Conventions choices) {
      set.conventions = requireNonNull(choices, "conventions");
      return this;
    }

    /**
     * Finishes the description.
     *
     * @return the run
     * @throws IllegalArgumentException if data, output or what to start from is missing, or both
     *     ways to start are given, or an option does not go with the stage
     */
    public TrainingConfig build() {
      set.check();
      return new TrainingConfig(new TrainingSettings(set));
    }
  }
}
