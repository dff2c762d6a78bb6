package io.github.tess2.training;

import static java.util.Objects.requireNonNull;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import org.jspecify.annotations.Nullable;

/** A learning rate schedule: a linear warm-up from 0, then the given shape. Immutable. */
public final class LearningRate {
  /** The shape after the warm-up. */
  public enum Shape {
    /** Stays at the peak. */
    CONSTANT,
    /** Falls along half a cosine to the end share at the last step. */
    COSINE,
    /** Falls linearly to the end share at the last step. */
    LINEAR
  }

  private final Values values;

  private LearningRate(Values values) {
    this.values = values;
  }

  /**
   * Starts to describe a schedule.
   *
   * @param peak the highest rate, greater than 0
   * @return a new builder
   * @throws IllegalArgumentException if the rate is out of range
   */
  public static Builder builder(double peak) {
    return new Builder(new Values(Ranges.positive("learning rate", peak), 0, Shape.CONSTANT, 0));
  }

  /**
   * {@return the same rate for all steps, without warm-up}
   *
   * @param rate the rate, greater than 0
   * @throws IllegalArgumentException if the rate is out of range
   */
  public static LearningRate constant(double rate) {
    return builder(rate).build();
  }

  /** {@return a builder that starts with these values} */
  public Builder toBuilder() {
    return new Builder(values);
  }

  /** {@return the highest rate, greater than 0} */
  public double peak() {
    return values.peak();
  }

  /** {@return the number of steps until the peak} */
  public int warmupSteps() {
    return values.warmupSteps();
  }

  /** {@return the shape after the warm-up} */
  public Shape shape() {
    return values.shape();
  }

  /**
   * {@return the final rate of a falling shape as a fraction of the peak, in [0, 1]; 0 for a
   * constant shape}
   */
  public double endShare() {
    return values.endShare();
  }

  /**
   * {@return the rate of a step}
   *
   * @param step the step, from 0
   * @param totalSteps number of steps of the run
   */
  public double at(int step, int totalSteps) {
    if (step < warmupSteps()) {
      return peak() * step / warmupSteps();
    }
    if (shape() == Shape.CONSTANT) {
      return peak();
    }
    double progress = (double) (step - warmupSteps()) / Math.max(1, totalSteps - warmupSteps());
    double done = Math.min(1, progress);
    double left = shape() == Shape.LINEAR ? 1 - done : 0.5 * (1 + Math.cos(Math.PI * done));
    return peak() * (endShare() + (1 - endShare()) * left);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof LearningRate that && values.equals(that.values);
  }

  @Override
  public int hashCode() {
    return values.hashCode();
  }

  @Override
  public String toString() {
    return values.toString().replaceFirst("Values", "LearningRate");
  }

  private record Values(double peak, int warmupSteps, Shape shape, double endShare) {}

  /** Builds a {@link LearningRate}. Not thread-safe. */
  public static final class Builder {
    private double peak;
    private int warmupSteps;
    private Shape shape;
    private double endShare;

    private Builder(Values values) {
      this.peak = values.peak();
      this.warmupSteps = values.warmupSteps();
      this.shape = values.shape();
      this.endShare = values.endShare();
    }

    /**
     * Sets the highest rate.
     *
     * @param peak the highest rate, greater than 0
     * @return this builder
     * @throws IllegalArgumentException if the value is out of range
     */
    @CanIgnoreReturnValue
    public Builder peak(double peak) {
      this.peak = Ranges.positive("learning rate", peak);
      return this;
    }

    /**
     * Sets the number of steps until the peak. Default: 0.
     *
     * @param warmupSteps 0 or more
     * @return this builder
     * @throws IllegalArgumentException if the value is negative
     */
    @CanIgnoreReturnValue
    public Builder warmupSteps(int warmupSteps) {
      this.warmupSteps = Ranges.notNegative("warm-up steps", warmupSteps);
      return this;
    }

    /**
     * Sets the shape after the warm-up. Default: {@link Shape#CONSTANT}.
     *
     * @param shape the shape after the warm-up
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder shape(Shape shape) {
      this.shape = requireNonNull(shape, "shape");
      return this;
    }

    /**
     * Sets the final rate of a falling shape as a fraction of the peak. Default: 0.
     *
     * @param endShare in [0, 1]; 0 for a constant shape
     * @return this builder
     * @throws IllegalArgumentException if the value is out of range
     */
    @CanIgnoreReturnValue
    public Builder endShare(double endShare) {
      this.endShare = Ranges.share("end share of the learning rate", endShare);
      return this;
    }

    /**
     * {@return the schedule}
     *
     * @throws IllegalArgumentException if the shape is constant and has an end share
     */
    public LearningRate build() {
      if (shape == Shape.CONSTANT && endShare != 0) {
        throw new IllegalArgumentException(
            "end share of the learning rate is for falling rates only, but the shape is: " + shape);
      }
      return new LearningRate(new Values(peak, warmupSteps, shape, endShare));
    }
  }
}
