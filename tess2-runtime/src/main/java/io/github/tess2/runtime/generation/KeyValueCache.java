package io.github.tess2.runtime.generation;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import org.jspecify.annotations.Nullable;

/**
 * The keys and values that one request keeps from a pass over its whole sequence, for passes over
 * only the positions that change. Its prompt cache decides which kind each pass is.
 */
final class KeyValueCache {
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
  private @Nullable NDList kept;

  /**
   * Begins with nothing kept.
   *
   * @param course the course of the request
   * @param total the greatest number of passes in a window
   */
  KeyValueCache(Course course, int total) {
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

  /** The decision of {@link #plan}. */
  Pass next() {
    return next;
  }

  /** Takes ownership of what a {@link Pass#KEEPING} pass has computed. */
  void keep(NDManager owner, NDList keysAndValues) {
    keysAndValues.attach(owner);
    kept = keysAndValues;
  }

  /** The keys and values that were kept last. */
  NDList kept() {
    return requireNonNull(kept, "a pass over some rows needs the keys of the others");
  }

  /** Frees what is kept, because the sequence has changed or is computed again. */
  void forget() {
    if (kept != null) {
      kept.close();
      kept = null;
    }
  }

  /** Starts to count passes from 1 again, for another window. */
  void beginWindow() {
    forget();
    passes = 0;
  }
}
