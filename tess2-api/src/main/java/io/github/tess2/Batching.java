package io.github.tess2;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * How requests from all callers share a model's denoising steps. Set by {@link
 * DiffusionLM.Builder}; immutable.
 *
 * @param maxRows the most rows of a step, greater than zero; empty for what fits the device
 * @param maxWaiting the most requests that may wait for their first step, at least 0; empty for no
 *     limit
 * @param maxWait the longest wait for a request's first step, greater than zero; empty for no limit
 * @param executor runs the listeners and completes the futures of asynchronous calls; empty for
 *     {@link CompletableFuture}'s default executor
 */
public record Batching(
    OptionalInt maxRows,
    OptionalInt maxWaiting,
    Optional<Duration> maxWait,
    Optional<Executor> executor) {

  /** As many rows as fit the device, and no other limit. */
  public static final Batching UNLIMITED =
      new Batching(OptionalInt.empty(), OptionalInt.empty(), Optional.empty(), Optional.empty());

  /**
   * Checks the values.
   *
   * @param maxRows the most rows of a step
   * @param maxWaiting the most requests that may wait for their first step
   * @param maxWait the longest wait for a request's first step
   * @param executor runs the listeners and completes the futures of asynchronous calls
   * @throws NullPointerException if one is null
   * @throws IllegalArgumentException if one is out of range
   */
  public Batching {
    requireNonNull(maxRows, "max rows").ifPresent(rows -> Checks.positive("max batch rows", rows));
    requireNonNull(maxWaiting, "max waiting").ifPresent(Batching::checkWaiting);
    requireNonNull(maxWait, "max wait").ifPresent(Batching::checkWait);
    requireNonNull(executor, "executor");
  }

  static int checkWaiting(int requests) {
    if (requests < 0) {
      throw new IllegalArgumentException(
          "max waiting requests must be at least zero, but is: " + requests);
    }
    return requests;
  }

  static Duration checkWait(Duration wait) {
    requireNonNull(wait, "max wait");
    if (wait.isNegative() || wait.isZero()) {
      throw new IllegalArgumentException("max wait must be greater than zero, but is: " + wait);
    }
    return wait;
  }
}
