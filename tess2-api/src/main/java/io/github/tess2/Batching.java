package io.github.tess2;

import static java.util.Objects.requireNonNull;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * How requests from all callers share a model's denoising steps. Set by {@link
 * DiffusionLM.Builder}. Immutable.
 */
public final class Batching {
  /** As many rows as fit the device, and no other limit. */
  public static final Batching UNLIMITED =
      new Batching(
          new Values(OptionalInt.empty(), OptionalInt.empty(), Optional.empty(), Optional.empty()));

  private final Values values;

  private Batching(Values values) {
    this.values = values;
  }

  /** {@return a new builder that starts with {@link #UNLIMITED}} */
  public static Builder builder() {
    return UNLIMITED.toBuilder();
  }

  /** {@return a builder that starts with these values} */
  public Builder toBuilder() {
    return new Builder(values);
  }

  /** {@return the most rows of a step, greater than zero; empty for what fits the device} */
  public OptionalInt maxRows() {
    return values.maxRows();
  }

  /**
   * {@return the most requests that may wait for their first step, at least 0; empty for no limit}
   */
  public OptionalInt maxWaiting() {
    return values.maxWaiting();
  }

  /**
   * {@return the longest wait for a request's first step, greater than zero; empty for no limit}
   */
  public Optional<Duration> maxWait() {
    return values.maxWait();
  }

  /**
   * {@return what runs the listeners and completes the futures of asynchronous calls; empty for
   * {@link CompletableFuture}'s default executor}
   */
  public Optional<Executor> executor() {
    return values.executor();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Batching that && values.equals(that.values);
  }

  @Override
  public int hashCode() {
    return values.hashCode();
  }

  @Override
  public String toString() {
    return values.toString().replaceFirst("Values", "Batching");
  }

  private record Values(
      OptionalInt maxRows,
      OptionalInt maxWaiting,
      Optional<Duration> maxWait,
      Optional<Executor> executor) {}

  /** Builds a {@link Batching}. Not thread-safe. */
  public static final class Builder {
    private OptionalInt maxRows;
    private OptionalInt maxWaiting;
    private Optional<Duration> maxWait;
    private Optional<Executor> executor;

    private Builder(Values values) {
      this.maxRows = values.maxRows();
      this.maxWaiting = values.maxWaiting();
      this.maxWait = values.maxWait();
      this.executor = values.executor();
    }

    /**
     * Sets the most rows of a step. Default: what fits the device.
     *
     * @param rows greater than zero
     * @return this builder
     * @throws IllegalArgumentException if the value is not greater than zero
     */
    @CanIgnoreReturnValue
    public Builder maxRows(int rows) {
      this.maxRows = OptionalInt.of(Checks.positive("max batch rows", rows));
      return this;
    }

    /**
     * Sets the most requests that may wait for their first step. Default: no limit.
     *
     * @param requests at least 0
     * @return this builder
     * @throws IllegalArgumentException if the value is negative
     */
    @CanIgnoreReturnValue
    public Builder maxWaiting(int requests) {
      if (requests < 0) {
        throw new IllegalArgumentException(
            "max waiting requests must be at least zero, but is: " + requests);
      }
      this.maxWaiting = OptionalInt.of(requests);
      return this;
    }

    /**
     * Sets the longest wait for a request's first step. Default: no limit.
     *
     * @param wait greater than zero
     * @return this builder
     * @throws IllegalArgumentException if it is zero or negative
     */
    @CanIgnoreReturnValue
    public Builder maxWait(Duration wait) {
      requireNonNull(wait, "max wait");
      if (wait.isNegative() || wait.isZero()) {
        throw new IllegalArgumentException("max wait must be greater than zero, but is: " + wait);
      }
      this.maxWait = Optional.of(wait);
      return this;
    }

    /**
     * Sets what runs the listeners and completes the futures of asynchronous calls. Default: {@link
     * CompletableFuture}'s default executor.
     *
     * @param executor the executor, which the caller shuts down
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder executor(Executor executor) {
      this.executor = Optional.of(requireNonNull(executor, "executor"));
      return this;
    }

    /** {@return the limits} */
    public Batching build() {
      return new Batching(new Values(maxRows, maxWaiting, maxWait, executor));
    }
  }
}
