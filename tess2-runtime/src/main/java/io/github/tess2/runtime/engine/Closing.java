package io.github.tess2.runtime.engine;

import com.google.common.base.Throwables;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Closes several objects, each even if closing another fails. */
public final class Closing {
  private Closing() {}

  /**
   * Closes objects in order.
   *
   * @param closes the close method of each; null for an object that was never opened
   * @throws RuntimeException the first failure, with the others as suppressed exceptions; likewise
   *     an {@link Error}
   */
  public static void all(@Nullable Runnable... closes) {
    all(Arrays.asList(closes));
  }

  /**
   * Closes objects in order.
   *
   * @param closes the close method of each; null for an object that was never opened
   * @throws RuntimeException the first failure, with the others as suppressed exceptions; likewise
   *     an {@link Error}
   */
  public static void all(List<? extends @Nullable Runnable> closes) {
    Throwable first = null;
    for (Runnable close : closes) {
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
   * Closes objects in order after a failure, which the caller throws.
   *
   * @param failure the failure, to which failures to close are added as suppressed exceptions
   * @param closes the close method of each; null for an object that was never opened
   */
  public static void after(Throwable failure, @Nullable Runnable... closes) {
    try {
      all(closes);
    } catch (RuntimeException | Error e) {
      if (e != failure) {
        failure.addSuppressed(e);
      }
    }
  }
}
