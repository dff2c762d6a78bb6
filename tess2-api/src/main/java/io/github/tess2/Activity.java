package io.github.tess2;

/**
 * What a model is doing at a moment, for metrics and for whoever has to decide where to send the
 * next request.
 *
 * @param waiting requests that have not begun
 * @param running requests that have begun and not ended
 * @param rows rows of the latest step: positions of prompts and answers together
 * @param maxRows rows of a step at most, unless one request alone has more
 * @param steps steps that the device has run since the model was loaded, each over all requests of
 *     its batch
 * @param totalRows rows of all these steps together
 */
public record Activity(
    int waiting, int running, int rows, int maxRows, long steps, long totalRows) {}
