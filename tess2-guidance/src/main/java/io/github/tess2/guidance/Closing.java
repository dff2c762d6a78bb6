package io.github.tess2.guidance;

import io.github.tess2.Tess2Exception;
import java.util.List;
import java.util.function.Function;

/** Closes what was made by name, where it needs it. */
final class Closing {
  private Closing() {}

  /** Closes those of some things that can be closed, all of them even where one fails. */
  static Runnable of(List<?> things) {
    List<?> all = List.copyOf(things);
    return () -> {
      RuntimeException first = null;
      for (Object thing : all) {
        try {
          close(thing);
        } catch (RuntimeException e) {
          if (first == null) {
            first = e;
          } else {
            first.addSuppressed(e);
          }
        }
      }
      if (first != null) {
        throw first;
      }
    };
  }

  private static void close(Object thing) {
    if (thing instanceof AutoCloseable closeable) {
      try {
        closeable.close();
      } catch (RuntimeException e) {
        throw e;
      } catch (Exception e) {
        throw new Tess2Exception(thing + " could not be closed", e);
      }
    }
  }

  /** Makes one thing of another, which is closed where that fails. */
  static <T, R> R orClose(T thing, Function<T, R> maker) {
    try {
      return maker.apply(thing);
    } catch (RuntimeException | Error e) {
      after(e, List.of(thing));
      throw e;
    }
  }

  /** Closes some things after a failure; what goes wrong with that is suppressed in it. */
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
