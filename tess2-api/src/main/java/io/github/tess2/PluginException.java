package io.github.tess2;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * A plugin (schedule, sampler, reward, guidance, runtime) was not found, or failed while it ran.
 *
 * <p>Whatever a plugin throws, exception or {@link Error}, ends the request it works for and no
 * other, with this exception and what was thrown as its cause. Only what {@link #throwIfFatal}
 * names ends the whole call.
 */
public final class PluginException extends Tess2Exception {
  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param message the thing, the rule and the value
   */
  public PluginException(String message) {
    super(message);
  }

  /**
   * Creates the exception with what caused it.
   *
   * @param message the thing, the rule and the value
   * @param cause what went wrong below, or null where nothing is known
   */
  public PluginException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /**
   * Throws on what concerns the whole JVM or thread, whichever plugin threw it: a {@link
   * VirtualMachineError}, but for the two that a plugin's own greed or recursion brings about and
   * that are over once its work is given up ({@link OutOfMemoryError} and {@link
   * StackOverflowError}), and {@code ThreadDeath}. For a plugin that contains others and catches
   * what they throw.
   *
   * @param thrown by a plugin
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
