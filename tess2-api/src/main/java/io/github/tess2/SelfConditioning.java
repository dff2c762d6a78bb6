package io.github.tess2;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;
import java.util.Locale;

/**
 * How the previous step's prediction enters the next step's input: with {@code p} the softmax of
 * the noisy simplex and {@code q} that of the previous logits (both {@code [V]}), the input
 * embedding is {@code u·E} with the {@code u} of each mode. At the first step the previous logits
 * are zeros, so {@code q} is uniform.
 */
public enum SelfConditioning {
  /** {@code u = p}: no self-conditioning. */
  NONE,
  /** {@code u = (p + q) / 2}, used by the released model. */
  LOGITS_MEAN,
  /** {@code u = p + q}. */
  LOGITS_ADDITION,
  /** {@code u = max(p, q)}, token by token. */
  LOGITS_MAX,
  /** {@code u = p · q}, token by token. */
  LOGITS_MULTIPLY,
  /**
   * {@code u = (p + q) / 2}, with {@code q} the softmax of the projected prediction (+k at the
   * drawn token, −k elsewhere) instead of the logits.
   */
  LOGITS_WITH_PROJECTION,
  /** {@code u = p + q}, with {@code q} from the projected prediction. */
  LOGITS_WITH_PROJECTION_ADDITION;

  /** {@return the name used in a checkpoint's {@code config.json}, such as {@code logits_mean}} */
  public String configName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Finds a mode by its name in a checkpoint.
   *
   * @param name such as {@code logits_mean}
   * @return the mode
   * @throws IllegalArgumentException if there is no such mode; the message lists all modes
   */
  public static SelfConditioning of(String name) {
    requireNonNull(name, "self-conditioning");
    for (SelfConditioning mode : values()) {
      if (mode.configName().equals(name)) {
        return mode;
      }
    }
    throw new IllegalArgumentException(
        "self-conditioning must be one of "
            + Arrays.stream(values()).map(SelfConditioning::configName).toList()
            + ", but is: "
            + name);
  }
}
