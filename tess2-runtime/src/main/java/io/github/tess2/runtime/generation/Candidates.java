package io.github.tess2.runtime.generation;

import io.github.tess2.PluginException;
import io.github.tess2.spi.Guidance;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * The candidates of one request: one, or as many as its guidance asks for. The one that this
 * guidance scores highest is kept. If one fails or is cancelled, all stop.
 */
final class Candidates {
  private static final int NO_JUDGE = -1;

  private final Settings settings;
  private final int judge;
  private final int count;
  private final List<RequestState> states = new ArrayList<>();
  private volatile boolean stopped;

  /**
   * Creates the group, still empty.
   *
   * @param settings the settings of the request
   * @throws IllegalArgumentException if several of its guidances ask for several candidates
   * @throws PluginException if one asks for less than one or more than {@link
   *     Guidance#MAX_CANDIDATES}, or fails when asked
   */
  Candidates(Settings settings) {
    this.settings = settings;
    // Each is asked only once, because a different answer later must not change the group.
    List<Integer> wanted = settings.guidance().stream().map(Guide::candidatesOf).toList();
    this.judge = judge(settings.guidance(), wanted);
    this.count = judge == NO_JUDGE ? 1 : wanted.get(judge);
  }

  private static int judge(List<Guidance> guidances, List<Integer> wanted) {
    int judge = NO_JUDGE;
    for (int i = 0; i < guidances.size(); i++) {
      if (wanted.get(i) < 1) {
        throw new PluginException(
            String.format(
                Locale.ROOT,
                "guidance \"%s\" must ask for at least one candidate, but asks for: %d",
                Guide.nameOf(guidances.get(i)),
                wanted.get(i)));
      }
      if (wanted.get(i) > Guidance.MAX_CANDIDATES) {
        throw new PluginException(
            String.format(
                Locale.ROOT,
                "guidance \"%s\" must ask for at most %d candidates, but asks for: %d",
                Guide.nameOf(guidances.get(i)),
                Guidance.MAX_CANDIDATES,
                wanted.get(i)));
      }
      if (wanted.get(i) > 1 && judge != NO_JUDGE) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "at most one guidance of a request may ask for several candidates, but two do: %s and %s",
                Guide.nameOf(guidances.get(judge)),
                Guide.nameOf(guidances.get(i))));
      }
      judge = wanted.get(i) > 1 ? i : judge;
    }
    return judge;
  }

  int count() {
    return count;
  }

  /**
   * Checks that candidates can be compared.
   *
   * @throws IllegalArgumentException if there are several and each is generated in several windows,
   *     because a guidance sees only the last window
   */
  void check(Course course) {
    if (count > 1 && course.windows() > 1) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "canvas \"%s\" generates one window after another, so no guidance may ask for several candidates, but one does: %s",
              course.policyName(),
              Guide.nameOf(settings.guidance().get(judge))));
    }
  }

  /**
   * The settings of a candidate: the first has the request's own seed, the others have derived
   * seeds.
   */
  Settings settings(int index) {
    return index == 0
        ? settings
        : settings.withSeed(RandomSeeds.of(settings.seed(), RandomSeeds.CANDIDATES, index, 0));
  }

  void add(RequestState state) {
    states.add(state);
    state.group = this;
  }

  /** Stops all of them because one has failed or was cancelled. */
  void stop() {
    stopped = true;
  }

  boolean stopped() {
    return stopped;
  }

  void cancel() {
    if (!stopped) {
      states.forEach(RequestState::cancel);
    }
  }

  List<RequestState> states() {
    return states;
  }

  /**
   * {@return the failure of the first candidate that failed, with those of the others as suppressed
   * exceptions}
   */
  @Nullable Throwable failure() {
    Throwable failure = null;
    for (RequestState state : states) {
      failure = state.failure == null ? failure : Failures.join(failure, state.failure);
    }
    return failure;
  }

  /**
   * Chooses the candidate to keep when all have run; the first if they were cancelled.
   *
   * @throws PluginException if the guidance that asked for them has no score
   */
  RequestState kept() {
    RequestState first = states.get(0);
    if (judge == NO_JUDGE || states.stream().anyMatch(state -> state.cancelled)) {
      first.cancelled |= states.stream().anyMatch(state -> state.cancelled);
      return first;
    }
    RequestState best = first;
    double highest = score(first);
    for (RequestState state : states) {
      double score = score(state);
      if (score > highest) {
        best = state;
        highest = score;
      }
    }
    return best;
  }

  private double score(RequestState state) {
    OptionalDouble score = state.scores.get(judge);
    if (score.isEmpty() || Double.isNaN(score.getAsDouble())) {
      throw new PluginException(
          String.format(
              Locale.ROOT,
              "guidance \"%s\" must score each candidate it asks for with a number, but gives: %s",
              state.guides.get(judge).name(),
              score));
    }
    return score.getAsDouble();
  }

  /**
   * The score for which a candidate was kept, or else the score of the last guidance that has one.
   */
  OptionalDouble reward() {
    RequestState kept = kept();
    if (judge != NO_JUDGE && !kept.cancelled) {
      return OptionalDouble.of(score(kept));
    }
    return kept.scores.stream()
        .filter(OptionalDouble::isPresent)
        .reduce(OptionalDouble.empty(), (before, last) -> last);
  }

  /** The seed that reproduces all of them. */
  long seed() {
    return settings.seed();
  }
}
