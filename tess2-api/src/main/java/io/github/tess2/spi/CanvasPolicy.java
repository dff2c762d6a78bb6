package io.github.tess2.spi;

import java.util.Optional;

/**
 * Decides which of a request's positions are generated at a time. These form a {@link Window} of
 * its rows: rows before the window are fixed, and rows after it are not yet, or no longer, part of
 * the sequence. Immutable and thread-safe: the state of a request is in its {@link Run}.
 *
 * <p>A row has the same random numbers whatever the window is, so the answer does not depend on
 * other requests. A guidance sees each window as a separate request: it begins again whenever the
 * window changes.
 */
@FunctionalInterface
public interface CanvasPolicy {
  /** All rows, from the first step to the last. */
  CanvasPolicy WHOLE = request -> () -> new Window(0, request.rows());

  /**
   * A range of rows.
   *
   * @param from first row, at least 0
   * @param to row after the last one, greater than {@code from}
   */
  record Window(int from, int to) {
    /**
     * Checks the range.
     *
     * @param from first row
     * @param to row after the last one
     * @throws IllegalArgumentException if the range is empty or begins below 0
     */
    public Window {
      if (from < 0 || to <= from) {
        throw new IllegalArgumentException(
            "a window must have at least one row from 0 on, but is: [" + from + ", " + to + ")");
      }
    }

    /** {@return the number of rows} */
    public int rows() {
      return to - from;
    }
  }

  /**
   * Starts one request, or one candidate of it. Called before its first step.
   *
   * @param request the properties of the request
   * @return the policy's state for the request
   * @throws IllegalArgumentException if this policy does not suit the request, for example an
   *     infill, whose blanks have fixed places
   */
  Run begin(DecodingRequest request);

  /** The canvas of one request. Used by one thread at a time. */
  @FunctionalInterface
  interface Run {
    /** {@return the rows to generate first} They start at row 0. */
    Window first();

    /**
     * {@return the most consecutive windows, each of which takes all the steps; at least 1, which
     * is the default} With more than one, no guidance may generate several candidates.
     */
    default int windows() {
      return 1;
    }

    /**
     * {@return whether to call {@link #end} after each step, which makes a GPU wait for the
     * prediction; false by default}
     */
    default boolean watches() {
      return false;
    }

    /**
     * Drops rows at the end of the window, after any step except its last. Dropped rows count as
     * being after the end of the answer and never return. Called only if {@link #watches()} returns
     * true. Default: drops none.
     *
     * @param prediction the step's prediction
     * @param window the rows that the step computed
     * @return the new end of the window, in {@code (from, to]}
     */
    default int end(Prediction prediction, Window window) {
      return window.to();
    }

    /**
     * Returns the window that follows the last step of a window, whose prediction becomes fixed.
     * Default: none.
     *
     * @param prediction the final prediction of the window
     * @param window the finished rows
     * @return the next rows, which start where those end; empty if the request is done
     */
    default Optional<Window> next(Prediction prediction, Window window) {
      return Optional.empty();
    }
  }
}
