package io.github.tess2;

/**
 * A snapshot of a model's load, for metrics and for routing requests.
 *
 * @param waiting requests that have not begun
 * @param running requests that have begun and not yet ended
 * @param rows rows of the latest step: positions of prompts and answers together
 * @param maxRows the most rows of a step, unless a single request has more
 * @param steps steps run since the model was loaded, each over all requests of its batch
 * @param totalRows total rows of all these steps
 */
public record Activity(
    int waiting, int running, int rows, int maxRows, long steps, long totalRows) {}
