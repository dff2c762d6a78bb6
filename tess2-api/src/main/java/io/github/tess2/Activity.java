package io.github.tess2;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import org.jspecify.annotations.Nullable;

/** A snapshot of a model's load, for metrics and for routing requests. Immutable. */
public final class Activity {
  private final Values values;

  private Activity(Values values) {
    this.values = values;
  }

  /**
   * Starts to describe a snapshot.
   *
   * @return a new builder
   */
  public static Builder builder() {
    return new Builder(new Values(0, 0, 0, 0, 0, 0));
  }

  /** {@return a builder that starts with these values} */
  public Builder toBuilder() {
    return new Builder(values);
  }

  /** {@return the number of requests that have not begun} */
  public int waiting() {
    return values.waiting();
  }

  /** {@return the number of requests that have begun and not yet ended} */
  public int running() {
    return values.running();
  }

  /** {@return the number of rows of the latest step: positions of prompts and answers together} */
  public int rows() {
    return values.rows();
  }

  /** {@return the most rows of a step, unless a single request has more} */
  public int maxRows() {
    return values.maxRows();
  }

  /**
   * {@return the number of steps run since the model was loaded, each over all requests of its
   * batch}
   */
  public long steps() {
    return values.steps();
  }

  /** {@return the total number of rows of all these steps} */
  public long totalRows() {
    return values.totalRows();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Activity that && values.equals(that.values);
  }

  @Override
  public int hashCode() {
    return values.hashCode();
  }

  @Override
  public String toString() {
    return values.toString().replaceFirst("Values", "Activity");
  }

  private record Values(
      int waiting, int running, int rows, int maxRows, long steps, long totalRows) {}

  /** Builds an {@link Activity}. Not thread-safe. */
  public static final class Builder {
    private int waiting;
    private int running;
    private int rows;
    private int maxRows;
    private long steps;
    private long totalRows;

    private Builder(Values values) {
      this.waiting = values.waiting();
      this.running = values.running();
      this.rows = values.rows();
      this.maxRows = values.maxRows();
      this.steps = values.steps();
      this.totalRows = values.totalRows();
    }

    /**
     * Sets the number of requests that have not begun. Default: 0.
     *
     * @param waiting the number of requests that have not begun
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder waiting(int waiting) {
      this.waiting = waiting;
      return this;
    }

    /**
     * Sets the number of requests that have begun and not yet ended. Default: 0.
     *
     * @param running the number of requests that have begun and not yet ended
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder running(int running) {
      this.running = running;
      return this;
    }

    /**
     * Sets the number of rows of the latest step: positions of prompts and answers together.
     * Default: 0.
     *
     * @param rows the number of rows of the latest step
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder rows(int rows) {
      this.rows = rows;
      return this;
    }

    /**
     * Sets the most rows of a step, unless a single request has more. Default: 0.
     *
     * @param maxRows the most rows of a step
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder maxRows(int maxRows) {
      this.maxRows = maxRows;
      return this;
    }

    /**
     * Sets the number of steps run since the model was loaded, each over all requests of its batch.
     * Default: 0.
     *
     * @param steps the number of steps
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder steps(long steps) {
      this.steps = steps;
      return this;
    }

    /**
     * Sets the total number of rows of all steps. Default: 0.
     *
     * @param totalRows the total number of rows
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder totalRows(long totalRows) {
      this.totalRows = totalRows;
      return this;
    }

    /** {@return the snapshot} */
    public Activity build() {
      return new Activity(new Values(waiting, running, rows, maxRows, steps, totalRows));
    }
  }
}
