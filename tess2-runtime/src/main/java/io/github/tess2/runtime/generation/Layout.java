package io.github.tess2.runtime.generation;

import com.google.common.collect.ImmutableList;
import com.google.common.primitives.ImmutableIntArray;

/**
 * A prompt as the model sees it.
 *
 * @param ids the whole sequence, {@code [L]}; the padding token at generated positions
 * @param positions the G generated positions, ascending
 * @param continues whether the generated tokens go on from the prompt's text, rather than being a
 *     text of their own
 * @param pieces for an infill the text between and around the blanks, one more than there are;
 *     empty otherwise
 * @param blankWidths for an infill the width of each blank; empty otherwise
 */
record Layout(
    ImmutableIntArray ids,
    ImmutableIntArray positions,
    boolean continues,
    ImmutableList<String> pieces,
    ImmutableIntArray blankWidths) {

  /** L. */
  int length() {
    return ids.length();
  }

  /** G. */
  int generated() {
    return positions.length();
  }

  boolean infill() {
    return !blankWidths.isEmpty();
  }
}
