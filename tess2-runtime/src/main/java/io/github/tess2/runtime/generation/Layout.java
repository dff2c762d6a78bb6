package io.github.tess2.runtime.generation;

import com.google.common.collect.ImmutableList;
import com.google.common.primitives.ImmutableIntArray;
import io.github.tess2.spi.CanvasPolicy;

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

  /**
   * {@return this as it is computed while only some rows are: without the positions behind them,
   * and with those before them given; this itself where those are all}
   *
   * @param window of the generated positions, which all stand behind the prompt unless it is whole
   * @param tokens of the rows before it, at least
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
