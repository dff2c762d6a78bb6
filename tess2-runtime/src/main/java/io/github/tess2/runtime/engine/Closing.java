package io.github.tess2.runtime.engine;

import com.google.common.base.Throwables;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Closes several things: each of them, even if closing another fails. */
public final class Closing {
  private Closing() {}

  /** What is closed without a checked exception. */
  @FunctionalInterface
  public interface Close {
    /** Closes it. */
    void run();
  }

  /**
   * Closes things in order.
   *
   * @param closes how each is closed; null for what was never opened
   * @throws RuntimeException the first failure, with the others suppressed in it; an {@link Error}
   *     likewise
   */
  public static void all(@Nullable Close... closes) {
    all(Arrays.asList(closes));
  }

  /**
   * Closes things in order.
   *
   * @param closes how each is closed; null for what was never opened
   * @throws RuntimeException the first failure, with the others suppressed in it; an {@link Error}
   *     likewise
   */
  public static void all(List<? extends @Nullable Close> closes) {
    Throwable first = null;
    for (Close close : closes) {
      try {
        if (close != null) {
          close.run();
        }
      } catch (RuntimeException | Error e) {
        if (first == null) {
          first = e;
        } else if (first != e) {
          first.addSuppressed(e);
        }
      }
    }
    if (first != null) {
      Throwables.throwIfUnchecked(first);
    }
  }

  /**
   * Closes things in order after a failure, which the caller throws.
   *
   * @param failure in which failures to close are suppressed
   * @param closes how each is closed; null for what was never opened
   */
  public static void after(Throwable failure, @Nullable Close... closes) {
    try {
      all(closes);
    } catch (RuntimeException | Error e) {
      if (e != failure) {
        failure.addSuppressed(e);
      }
    }
  }
}
