package io.github.tess2.guidance;

import com.google.common.base.Throwables;
import io.github.tess2.Tess2Exception;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

/** Closes plugins that were created by name, if they can be closed. */
final class Closing {
  private Closing() {}

  /**
   * Returns an action that closes all objects that can be closed, even if closing one fails.
   * Running it again does nothing.
   */
  static Runnable of(List<?> things) {
    List<?> all = List.copyOf(things);
    AtomicBoolean closed = new AtomicBoolean();
    return () -> {
      if (!closed.getAndSet(true)) {
        closeAll(all);
      }
    };
  }

  private static void closeAll(List<?> things) {
    Throwable first = null;
    for (Object thing : things) {
      try {
        close(thing);
      } catch (RuntimeException | Error e) {
        if (first == null) {
          first = e;
        } else {
          first.addSuppressed(e);
        }
      }
    }
    if (first != null) {
      Throwables.throwIfUnchecked(first);
      throw new Tess2Exception(first.toString(), first);
    }
  }

  private static void close(Object thing) {
    if (thing instanceof AutoCloseable closeable) {
      try {
        closeable.close();
      } catch (RuntimeException | Error e) {
        throw e;
      } catch (Exception e) {
        throw new Tess2Exception(thing + " could not be closed", e);
      }
    }
  }

  /** Creates an object from another one, which is closed if that fails. */
  static <T, R> R orClose(T thing, Function<T, R> maker) {
    try {
      return maker.apply(thing);
    } catch (RuntimeException | Error e) {
      after(e, List.of(thing));
      throw e;
    }
  }

  /** Closes objects after a failure; further failures are added to it as suppressed. */
  static void after(Throwable failure, List<?> things) {
    try {
      of(things).run();
    } catch (RuntimeException | Error e) {
      if (e != failure) {
        failure.addSuppressed(e);
      }
    }
  }
}
