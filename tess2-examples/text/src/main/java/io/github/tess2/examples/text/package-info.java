/**
 * Prompts and steps as text: reading texts with blanks, cutting a canvas into pieces of one
 * confidence, and finding the part of an answer that can no longer change.
 */
@NullMarked
package io.github.tess2.examples.text;

import org.jspecify.annotations.NullMarked;
