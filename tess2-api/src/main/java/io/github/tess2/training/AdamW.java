package io.github.tess2.training;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import org.jspecify.annotations.Nullable;

/**
 * Settings of the AdamW optimizer (decoupled weight decay, arXiv 1711.05101). Norm weights are not
 * decayed. Immutable.
 */
public final class AdamW {
  /** The settings of the published runs: no weight decay, and gradients clipped to 1. */
  public static final AdamW DEFAULT = new AdamW(new Values(0.9, 0.999, 1e-8, 0, 1));

  private final Values values;

  private AdamW(Values values) {
    this.values = values;
  }

  /** {@return a new builder that starts with the values of {@link #DEFAULT}} */
  public static Builder builder() {
    return DEFAULT.toBuilder();
  }

  /** {@return a builder that starts with these values} */
  public Builder toBuilder() {
    return new Builder(values);
  }

  /** {@return the decay rate of the gradient's running mean, in [0, 1)} */
  public double beta1() {
    return values.beta1();
  }

  /** {@return the decay rate of the squared gradient's running mean, in [0, 1)} */
  public double beta2() {
    return values.beta2();
  }

  /** {@return the number added to the square root in the denominator, greater than 0} */
  public double epsilon() {
    return values.epsilon();
  }

  /** {@return the weight decay per step as a multiple of the learning rate, 0 or more} */
  public double weightDecay() {
    return values.weightDecay();
  }

  /** {@return the global norm that gradients are clipped to; 0 for no clipping} */
  public double maxGradientNorm() {
    return values.maxGradientNorm();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof AdamW that && values.equals(that.values);
  }

  @Override
  public int hashCode() {
    return values.hashCode();
  }

  @Override
  public String toString() {
    return values.toString().replaceFirst("Values", "AdamW");
  }

  private record Values(
      double beta1, double beta2, double epsilon, double weightDecay, double maxGradientNorm) {}

  /** Builds an {@link AdamW}. Not thread-safe. */
  public static final class Builder {
    private double beta1;
    private double beta2;
    private double epsilon;
    private double weightDecay;
    private double maxGradientNorm;

    private Builder(Values values) {
      this.beta1 = values.beta1();
      this.beta2 = values.beta2();
      this.epsilon = values.epsilon();
      this.weightDecay = values.weightDecay();
      this.maxGradientNorm = values.maxGradientNorm();
    }

    /**
     * Sets the decay rate of the gradient's running mean. Default: 0.9.
     *
     * @param beta1 in [0, 1)
     * @return this builder
     * @throws IllegalArgumentException if the value is out of range
     */
    @CanIgnoreReturnValue
    public Builder beta1(double beta1) {
      this.beta1 = Ranges.fraction("beta1", beta1);
      return this;
    }

    /**
     * Sets the decay rate of the squared gradient's running mean. Default: 0.999.
     *
     * @param beta2 in [0, 1)
     * @return this builder
     * @throws IllegalArgumentException if the value is out of range
     */
    @CanIgnoreReturnValue
    public Builder beta2(double beta2) {
      this.beta2 = Ranges.fraction("beta2", beta2);
      return this;
    }

    /**
     * Sets the number added to the square root in the denominator. Default: 1e-8.
     *
     * @param epsilon greater than 0
     * @return this builder
     * @throws IllegalArgumentException if the value is out of range
     */
    @CanIgnoreReturnValue
    public Builder epsilon(double epsilon) {
      this.epsilon = Ranges.positive("epsilon", epsilon);
      return this;
    }

    /**
     * Sets the weight decay per step as a multiple of the learning rate. Default: 0.
     *
     * @param weightDecay 0 or more
     * @return this builder
     * @throws IllegalArgumentException if the value is out of range
     */
    @CanIgnoreReturnValue
    public Builder weightDecay(double weightDecay) {
      this.weightDecay = Ranges.notNegative("weight decay", weightDecay);
      return this;
    }

    /**
     * Sets the global norm that gradients are clipped to. Default: 1.
     *
     * @param maxGradientNorm 0 or more; 0 for no clipping
     * @return this builder
     * @throws IllegalArgumentException if the value is out of range
     */
    @CanIgnoreReturnValue
    public Builder maxGradientNorm(double maxGradientNorm) {
      this.maxGradientNorm = Ranges.notNegative("max gradient norm", maxGradientNorm);
      return this;
    }

    /** {@return the settings} */
    public AdamW build() {
      return new AdamW(new Values(beta1, beta2, epsilon, weightDecay, maxGradientNorm));
    }
  }
}
