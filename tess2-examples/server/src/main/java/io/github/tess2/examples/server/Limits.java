package io.github.tess2.examples.server;

import java.time.Duration;
import java.util.Locale;

/**
 * Limits of requests, and of how many there may be at once.
 *
 * @param bodyBytes most bytes of a request's body
 * @param promptCharacters most characters of all prompts of a request together
 * @param steps most denoising steps of a request
 * @param length most tokens of an answer
 * @param candidates most candidates of a request: prompts × {@code n} × candidates of its guidance
 * @param concurrent most answers computed at once
 * @param waiting most answers that wait, in addition to those being computed
 * @param waitingTime longest wait until the first answer of a request begins
 * @param runningTime longest total time of a request
 * @param transferTime longest time for a request to arrive, and for its answer to be read once it
 *     is computed
 * @param idle how long a connection may be idle
 * @param trusted whether plugin options in requests may name files of this machine and contain
 *     regular expressions
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
  /** The default limits. */
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
