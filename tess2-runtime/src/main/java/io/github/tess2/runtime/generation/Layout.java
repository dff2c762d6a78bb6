package io.github.tess2.runtime.generation;

import com.google.common.collect.ImmutableList;
import com.google.common.primitives.ImmutableIntArray;
import io.github.tess2.spi.CanvasPolicy;

/**
 * A prompt as the model sees it.
 *
 * @param ids the whole sequence, {@code [L]}; the padding token at generated positions
 * @param positions the G generated positions, ascending
 * @param continues whether the generated tokens continue the prompt's text, rather than being a
 *     separate text
 * @param pieces for an infill, the texts around and between the blanks, one more than there are
 *     blanks; empty otherwise
 * @param blankWidths for an infill the width of each blank; empty otherwise
 */
record Layout(
    ImmutableIntArray ids,
    ImmutableIntArray positions,
    boolean continues,
    ImmutableList<String> pieces,
    ImmutableIntArray blankWidths) {

  /**
   * {@return the layout for computing only a window of the rows: without the positions after the
   * window, and with the tokens before it given; this layout itself if the window has all rows}
   *
   * @param window the window; all generated positions must be after the prompt, unless it is the
   *     whole canvas
   * @param tokens the tokens of at least the rows before it
   */
  Layout window(CanvasPolicy.Window window, int[] tokens) {
    if (window.rows() == generated()) {
      return this;
    }
    int start = positions.get(0);
    ImmutableIntArray.Builder sequence = ImmutableIntArray.builder();
    sequence.addAll(ids.subArray(0, start));
    for (int row = 0; row < window.to(); row++) {
      sequence.add(row < window.from() ? tokens[row] : ids.get(start + row));
    }
    return new Layout(
        sequence.build(),
        positions.subArray(window.from(), window.to()).trimmed(),
        continues,
        pieces,
        blankWidths);
  }

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
