package io.github.tess2.runtime.generation;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import org.jspecify.annotations.Nullable;

/**
 * The keys and values that one request keeps from a pass over its whole sequence, for passes over
 * the positions that change alone. Its prompt cache says when which is due.
 */
final class KeptKeys {
  /** What a pass of a request computes. */
  enum Pass {
    /** The whole sequence. */
    WHOLE,
    /** The whole sequence, whose keys and values are kept. */
    KEEPING,
    /** The positions that change, and those that predict them. */
    CHANGING
  }

  private final Course course;
  private final int total;
  private int passes;
  private Pass next = Pass.WHOLE;
  private @Nullable NDArray kept;

  /**
   * Begins with nothing kept.
   *
   * @param course of the request
   * @param total how many passes a window takes at most
   */
  KeptKeys(Course course, int total) {
    this.course = course;
    this.total = total;
  }

  /**
   * Decides what the next pass computes.
   *
   * @throws io.github.tess2.PluginException if the prompt cache fails
   */
  void plan() {
    passes++;
    if (!course.caches()) {
      return;
    }
    if (kept != null && !course.refreshes(passes)) {
      next = Pass.CHANGING;
      return;
    }
    forget();
    next = passes < total && !course.refreshes(passes + 1) ? Pass.KEEPING : Pass.WHOLE;
  }

  /** What {@link #plan} has decided. */
  Pass next() {
    return next;
  }

  /** Takes over what a {@link Pass#KEEPING} pass has computed. */
  void keep(NDManager owner, NDArray keysAndValues) {
    keysAndValues.attach(owner);
    kept = keysAndValues;
  }

  /** What was kept last. */
  NDArray kept() {
    return requireNonNull(kept, "a pass over some rows needs the keys of the others");
  }

  /** Frees what is kept: the sequence has changed, or is computed anew. */
  void forget() {
    if (kept != null) {
      kept.close();
      kept = null;
    }
  }

  /** Begins to count passes from 1 again, for other rows. */
  void beginWindow() {
    forget();
    passes = 0;
  }
}
