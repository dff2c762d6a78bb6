package io.github.tess2;

import org.jspecify.annotations.Nullable;

/** The compute device or its native libraries are unavailable, or the device ran out of memory. */
public final class DeviceException extends Tess2Exception {
  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param message names what is wrong, the rule and the value
   */
  public DeviceException(String message) {
    super(message);
  }

  /**
   * Creates the exception with a cause.
   *
   * @param message names what is wrong, the rule and the value
   * @param cause the cause, or null if unknown
   */
  public DeviceException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
