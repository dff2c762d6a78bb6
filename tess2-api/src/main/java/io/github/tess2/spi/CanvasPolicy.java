package io.github.tess2.spi;

import java.util.Optional;

/**
 * Decides which of a request's positions are generated now. They are a {@link Window} of its rows:
 * what stands before it is given, what stands behind it is not there yet or not there any more.
 * Immutable and thread-safe: what belongs to one request lives in its {@link Run}.
 *
 * <p>A row keeps its random numbers whatever the window is, so the answer depends on no other
 * request. A guidance sees each window as a request of its own: it is begun anew whenever the
 * window changes.
 */
@FunctionalInterface
public interface CanvasPolicy {
  /** All rows, from the first step to the last. */
  CanvasPolicy WHOLE = request -> () -> new Window(0, request.rows());

  /**
   * Rows of the canvas.
   *
   * @param from the first, at least 0
   * @param to behind the last, greater than {@code from}
   */
  record Window(int from, int to) {
    /**
     * Checks the range.
     *
     * @param from as the component
     * @param to as the component
     * @throws IllegalArgumentException if it is empty or begins below 0
     */
    public Window {
      if (from < 0 || to <= from) {
        throw new IllegalArgumentException(
            "a window must have at least one row from 0 on, but is: [" + from + ", " + to + ")");
      }
    }

    /** {@return how many rows it has} */
    public int rows() {
      return to - from;
    }
  }

  /**
   * Begins to lay out one request, or one candidate of it. Called before its first step.
   *
   * @param request what is known of it
   * @return what lays it out
   * @throws IllegalArgumentException if this does not fit the request, as an infill, whose blanks
   *     are where they are
   */
  Run begin(DecodingRequest request);

  /** The canvas of one request. Used by one thread at a time. */
  @FunctionalInterface
  interface Run {
    /** {@return the rows that are generated first} They begin with row 0. */
    Window first();

    /**
     * {@return how many windows there may be one after the other, each with all the steps; at least
     * 1, the default} With more than one no guidance may ask for several candidates.
     */
    default int windows() {
      return 1;
    }

    /** {@return whether {@link #end} is to be asked after each step; not so by default} */
    default boolean watches() {
      return false;
    }

    /**
     * Drops the window's last rows, after any step but its last. They are taken to be behind the
     * end of the answer and never come back. Default: none.
     *
     * @param prediction what the step has predicted
     * @param window the rows that the step has computed
     * @return behind which row the window ends from now on, in {@code (from, to]} of it
     */
    default int end(Prediction prediction, Window window) {
      return window.to();
    }

    /**
     * Says what comes after a window's last step. What it has predicted becomes given. Default:
     * nothing.
     *
     * @param prediction what the window has become
     * @param window the rows that are done
     * @return the next rows, which begin where those end; empty where the request is done
     */
    default Optional<Window> next(Prediction prediction, Window window) {
      return Optional.empty();
    }
  }
}
