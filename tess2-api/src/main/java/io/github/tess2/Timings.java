package io.github.tess2;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * Where the time of a request went.
 *
 * @param waiting until its first step could begin, other requests' steps included
 * @param denoising in its steps, those of the requests batched with it included
 * @param total from the call to the result
 */
public record Timings(Duration waiting, Duration denoising, Duration total) {
  /**
   * Checks the parts.
   *
   * @param waiting as the component
   * @param denoising as the component
   * @param total as the component
   * @throws NullPointerException if one is null
   */
  public Timings {
    requireNonNull(waiting, "waiting");
    requireNonNull(denoising, "denoising");
    requireNonNull(total, "total");
  }
}
