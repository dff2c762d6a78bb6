package io.github.tess2;

import org.jspecify.annotations.Nullable;

/** The compute device or its native libraries are not there, or ran out of memory. */
public final class DeviceException extends Tess2Exception {
  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param message the thing, the rule and the value
   */
  public DeviceException(String message) {
    super(message);
  }

  /**
   * Creates the exception with what caused it.
   *
   * @param message the thing, the rule and the value
   * @param cause what went wrong below, or null where nothing is known
   */
  public DeviceException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
