package io.github.tess2;

import static java.util.Objects.requireNonNull;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How a request's time was spent. Immutable. */
public final class Timings {
  private final Values values;

  private Timings(Values values) {
    this.values = values;
  }

  /**
   * Starts to describe a request's timings.
   *
   * @return a new builder
   */
  public static Builder builder() {
    return new Builder(new Values(Duration.ZERO, Duration.ZERO, Duration.ZERO));
  }

  /** {@return a builder that starts with these values} */
  public Builder toBuilder() {
    return new Builder(values);
  }

  /** {@return the time until the request's first step began, including other requests' steps} */
  public Duration waiting() {
    return values.waiting();
  }

  /**
   * {@return the time in the request's steps, including the work for requests in the same batch}
   */
  public Duration denoising() {
    return values.denoising();
  }

  /** {@return the time from the call to the result} */
  public Duration total() {
    return values.total();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Timings that && values.equals(that.values);
  }

  @Override
  public int hashCode() {
    return values.hashCode();
  }

  @Override
  public String toString() {
    return values.toString().replaceFirst("Values", "Timings");
  }

  private record Values(Duration waiting, Duration denoising, Duration total) {}

  /** Builds a {@link Timings}. Not thread-safe. */
  public static final class Builder {
    private Duration waiting;
    private Duration denoising;
    private Duration total;

    private Builder(Values values) {
      this.waiting = values.waiting();
      this.denoising = values.denoising();
      this.total = values.total();
    }

    /**
     * Sets the time until the request's first step began, including other requests' steps. Default:
     * zero.
     *
     * @param waiting the time until the first step began
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder waiting(Duration waiting) {
      this.waiting = requireNonNull(waiting, "waiting");
      return this;
    }

    /**
     * Sets the time in the request's steps, including the work for requests in the same batch.
     * Default: zero.
     *
     * @param denoising the time in its steps
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder denoising(Duration denoising) {
      this.denoising = requireNonNull(denoising, "denoising");
      return this;
    }

    /**
     * Sets the time from the call to the result. Default: zero.
     *
     * @param total the time from the call to the result
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder total(Duration total) {
      this.total = requireNonNull(total, "total");
      return this;
    }

    /** {@return the request's timings} */
    public Timings build() {
      return new Timings(new Values(waiting, denoising, total));
    }
  }
}
