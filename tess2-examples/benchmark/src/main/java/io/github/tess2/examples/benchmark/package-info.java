/**
 * The benchmark: a random checkpoint made on the spot, time and memory of denoising steps on it,
 * and a table of measurements, ours and others'.
 */
@NullMarked
package io.github.tess2.examples.benchmark;

import org.jspecify.annotations.NullMarked;
