package io.github.tess2.examples.server;

import java.time.Duration;
import java.util.Locale;

/**
 * What requests may ask for, and how many there may be at a time.
 *
 * @param bodyBytes bytes of a request's body at most
 * @param promptCharacters characters of a request's prompts at most, all of them together
 * @param steps denoising steps of a request at most
 * @param length tokens of an answer at most
 * @param candidates answers of a request at most: prompts × {@code n} × candidates of its guidance
 * @param concurrent answers computed at a time at most
 * @param waiting answers that wait at most, beside those that are computed
 * @param waitingTime how long a request may wait until its first answer begins
 * @param runningTime how long a request may take altogether
 * @param transferTime how long a request may take to arrive, and how long its answer may take to be
 *     read once it is computed
 * @param idle how long a connection may stand still
 * @param trusted whether a request may name files of this machine and regular expressions in the
 *     options of a plugin
 */
public record Limits(
    int bodyBytes,
    int promptCharacters,
    int steps,
    int length,
    int candidates,
    int concurrent,
    int waiting,
    Duration waitingTime,
    Duration runningTime,
    Duration transferTime,
    Duration idle,
    boolean trusted) {
  /** What holds where nothing else is said. */
  public static final Limits DEFAULT =
      new Limits(
          1 << 20,
          100_000,
          1_000,
          1_024,
          16,
          16,
          64,
          Duration.ofSeconds(30),
          Duration.ofSeconds(600),
          Duration.ofSeconds(60),
          Duration.ofSeconds(30),
          false);

  /**
   * Checks the limits.
   *
   * @throws IllegalArgumentException if one is not positive; {@code waiting} may be zero
   */
  public Limits {
    atLeast(1, "the limit of the body", bodyBytes);
    atLeast(1, "the limit of the prompt", promptCharacters);
    atLeast(1, "the limit of steps", steps);
    atLeast(1, "the limit of the length", length);
    atLeast(1, "the limit of candidates", candidates);
    atLeast(1, "the limit of concurrent answers", concurrent);
    atLeast(0, "the limit of waiting answers", waiting);
    atLeast(1, "the waiting limit, in milliseconds,", waitingTime.toMillis());
    atLeast(1, "the time limit of a request, in milliseconds,", runningTime.toMillis());
    atLeast(1, "the time limit of a transfer, in milliseconds,", transferTime.toMillis());
    atLeast(1, "the idle limit, in milliseconds,", idle.toMillis());
  }

  private static void atLeast(int least, String name, long value) {
    if (value < least) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "%s must be at least %d, but is: %d", name, least, value));
    }
  }
}
