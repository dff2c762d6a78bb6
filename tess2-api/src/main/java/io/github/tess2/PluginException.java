package io.github.tess2;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * A plugin was not found or failed.
 *
 * <p>If a plugin throws an exception or an {@link Error}, only its own request ends, with this
 * exception and the original one as its cause. Only the errors described at {@link #throwIfFatal}
 * end the whole call.
 */
public final class PluginException extends Tess2Exception {
  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param message names what is wrong, the rule and the value
   */
  public PluginException(String message) {
    super(message);
  }

  /**
   * Creates the exception with a cause.
   *
   * @param message names what is wrong, the rule and the value
   * @param cause the cause, or null if unknown
   */
  public PluginException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /**
   * Rethrows errors that concern the whole JVM or thread: {@code ThreadDeath} and every {@link
   * VirtualMachineError} except {@link OutOfMemoryError} and {@link StackOverflowError}, which a
   * plugin can cause by itself and which are over once its work is abandoned. Intended for plugins
   * that call other plugins and catch what they throw.
   *
   * @param thrown what a plugin threw
   */
  public static void throwIfFatal(Throwable thrown) {
    requireNonNull(thrown, "thrown");
    boolean own = thrown instanceof OutOfMemoryError || thrown instanceof StackOverflowError;
    if (thrown instanceof VirtualMachineError error && !own) {
      throw error;
    }
    // By name, since a later JDK may lack the class.
    if (thrown instanceof Error error
        && error.getClass().getName().equals("java.lang.ThreadDeath")) {
      throw error;
    }
  }
}
