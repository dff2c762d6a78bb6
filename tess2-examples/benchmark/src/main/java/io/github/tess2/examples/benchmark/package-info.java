/**
 * The benchmark: makes a random checkpoint, measures time and memory of denoising steps on it, and
 * prints a table that compares measurements of this library with others.
 */
@NullMarked
package io.github.tess2.examples.benchmark;

import org.jspecify.annotations.NullMarked;
