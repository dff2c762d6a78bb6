package io.github.tess2.training;

import static java.util.Objects.requireNonNull;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.time.Duration;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/** A run's progress after an optimizer step. Immutable. */
public final class TrainingProgress {
  private final Values values;

  private TrainingProgress(Values values) {
    this.values = values;
  }

  /**
   * Starts to describe a run's progress.
   *
   * @return a new builder
   */
  public static Builder builder() {
    return new Builder(new Values(0, 0, 0, OptionalDouble.empty(), 0, 0, 0, Duration.ZERO));
  }

  /** {@return a builder that starts with these values} */
  public Builder toBuilder() {
    return new Builder(values);
  }

  /** {@return the number of steps done, from 1 to {@link #totalSteps}} */
  public int step() {
    return values.step();
  }

  /** {@return the number of steps of the run} */
  public int totalSteps() {
    return values.totalSteps();
  }

  /** {@return the mean loss over the step's examples} */
  public double loss() {
    return values.loss();
  }

  /** {@return the loss on held-out data, if this step evaluated} */
  public OptionalDouble evaluationLoss() {
    return values.evaluationLoss();
  }

  /** {@return the learning rate of this step} */
  public double learningRate() {
    return values.learningRate();
  }

  /** {@return the global gradient norm before clipping} */
  public double gradientNorm() {
    return values.gradientNorm();
  }

  /** {@return the positions processed per second since the run was started or resumed} */
  public double tokensPerSecond() {
    return values.tokensPerSecond();
  }

  /** {@return the estimated remaining time at that speed} */
  public Duration remaining() {
    return values.remaining();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof TrainingProgress that && values.equals(that.values);
  }

  @Override
  public int hashCode() {
    return values.hashCode();
  }

  @Override
  public String toString() {
    return values.toString().replaceFirst("Values", "TrainingProgress");
  }

  private record Values(
      int step,
      int totalSteps,
      double loss,
      OptionalDouble evaluationLoss,
      double learningRate,
      double gradientNorm,
      double tokensPerSecond,
      Duration remaining) {}

  /** Builds a {@link TrainingProgress}. Not thread-safe. */
  public static final class Builder {
    private int step;
    private int totalSteps;
    private double loss;
    private OptionalDouble evaluationLoss;
    private double learningRate;
    private double gradientNorm;
    private double tokensPerSecond;
    private Duration remaining;

    private Builder(Values values) {
      this.step = values.step();
      this.totalSteps = values.totalSteps();
      this.loss = values.loss();
      this.evaluationLoss = values.evaluationLoss();
      this.learningRate = values.learningRate();
      this.gradientNorm = values.gradientNorm();
      this.tokensPerSecond = values.tokensPerSecond();
      this.remaining = values.remaining();
    }

    /**
     * Sets the number of steps done. Default: 0.
     *
     * @param step the number of steps done
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder step(int step) {
      this.step = step;
      return this;
    }

    /**
     * Sets the number of steps of the run. Default: 0.
     *
     * @param totalSteps the number of steps of the run
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder totalSteps(int totalSteps) {
      this.totalSteps = totalSteps;
      return this;
    }

    /**
     * Sets the mean loss over the step's examples. Default: 0.
     *
     * @param loss the mean loss over the step's examples
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder loss(double loss) {
      this.loss = loss;
      return this;
    }

    /**
     * Sets the loss on held-out data, if this step evaluated. Default: empty.
     *
     * @param evaluationLoss the loss on held-out data; empty if this step did not evaluate
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder evaluationLoss(OptionalDouble evaluationLoss) {
      this.evaluationLoss = requireNonNull(evaluationLoss, "evaluation loss");
      return this;
    }

    /**
     * Sets the learning rate of this step. Default: 0.
     *
     * @param learningRate the learning rate of this step
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder learningRate(double learningRate) {
      this.learningRate = learningRate;
      return this;
    }

    /**
     * Sets the global gradient norm before clipping. Default: 0.
     *
     * @param gradientNorm the global gradient norm before clipping
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder gradientNorm(double gradientNorm) {
      this.gradientNorm = gradientNorm;
      return this;
    }

    /**
     * Sets the positions processed per second since the run was started or resumed. Default: 0.
     *
     * @param tokensPerSecond the positions processed per second
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder tokensPerSecond(double tokensPerSecond) {
      this.tokensPerSecond = tokensPerSecond;
      return this;
    }

    /**
     * Sets the estimated remaining time. Default: zero.
     *
     * @param remaining the estimated remaining time
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder remaining(Duration remaining) {
      this.remaining = requireNonNull(remaining, "remaining");
      return this;
    }

    /** {@return the run's progress} */
    public TrainingProgress build() {
      return new TrainingProgress(
          new Values(
              step,
              totalSteps,
              loss,
              evaluationLoss,
              learningRate,
              gradientNorm,
              tokensPerSecond,
              remaining));
    }
  }
}
