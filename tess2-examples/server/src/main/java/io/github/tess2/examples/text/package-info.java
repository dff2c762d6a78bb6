/** Prompts and steps as text: blanks that are marked, and a canvas in pieces of one confidence. */
@NullMarked
package io.github.tess2.examples.text;

import org.jspecify.annotations.NullMarked;
