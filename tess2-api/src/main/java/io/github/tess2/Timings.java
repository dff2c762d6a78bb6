package io.github.tess2;

import java.time.Duration;

/**
 * Where the time of a request went.
 *
 * @param waiting until its first step could begin, other requests' steps included
 * @param denoising in its steps, those of the requests batched with it included
 * @param total from the call to the result
 */
public record Timings(Duration waiting, Duration denoising, Duration total) {}
