package io.github.tess2.runtime.generation;

import io.github.tess2.spi.Guidance;

/**
 * What guides one request.
 *
 * @param name of the guidance, for messages
 * @param run its state
 */
record Guide(String name, Guidance.Run run) {}
