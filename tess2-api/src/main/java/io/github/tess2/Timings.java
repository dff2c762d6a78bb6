package io.github.tess2;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * How a request's time was spent.
 *
 * @param waiting time until its first step began, including other requests' steps
 * @param denoising time in its steps, including the work for requests in the same batch
 * @param total time from the call to the result
 */
public record Timings(Duration waiting, Duration denoising, Duration total) {
  /**
   * Checks the values.
   *
   * @param waiting time until its first step began
   * @param denoising time in its steps
   * @param total time from the call to the result
   * @throws NullPointerException if one is null
   */
  public Timings {
    requireNonNull(waiting, "waiting");
    requireNonNull(denoising, "denoising");
    requireNonNull(total, "total");
  }
}
