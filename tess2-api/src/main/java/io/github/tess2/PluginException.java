package io.github.tess2;

import org.jspecify.annotations.Nullable;

/**
 * A plugin (schedule, sampler, reward, guidance, runtime) was not found, or failed while it ran.
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
}
