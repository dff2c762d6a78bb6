/**
 * Prompts and steps as text: blanks that are marked, a canvas in pieces of one confidence, and the
 * part of an answer that can no longer change.
 */
@NullMarked
package io.github.tess2.examples.text;

import org.jspecify.annotations.NullMarked;
