package io.github.tess2.runtime.generation;

import static java.util.Objects.requireNonNull;

import io.github.tess2.PluginException;
import io.github.tess2.spi.CanvasPolicy;
import io.github.tess2.spi.CanvasPolicy.Window;
import io.github.tess2.spi.DecodingRequest;
import io.github.tess2.spi.Prediction;
import io.github.tess2.spi.PromptCache;
import io.github.tess2.spi.StoppingCriterion;
import io.github.tess2.spi.StoppingCriterion.Verdict;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Decides which rows a request, or one candidate of it, computes, when the whole sequence is
 * computed, and when the request is done. The answers of the plugins that it asks are checked here.
 */
final class Course {
  private static final String CANVAS = "canvas";
  private static final String CRITERION = "stopping criterion";
  private static final String CACHE = "prompt cache";

  private final int rows;
  private final String policyName;
  private final CanvasPolicy.@Nullable Run policyRun;
  private final int windows;
  private final boolean watches;
  private final String criterionName;
  private final StoppingCriterion.@Nullable Run criterion;
  private final String cacheName;
  private final PromptCache.@Nullable Run cache;
  private final Window first;

  private Course(
      int rows,
      Settings.@Nullable Named<CanvasPolicy> policy,
      CanvasPolicy.@Nullable Run policyRun,
      Settings.@Nullable Named<StoppingCriterion> stop,
      StoppingCriterion.@Nullable Run criterion,
      Settings.@Nullable Named<PromptCache> keeping,
      PromptCache.@Nullable Run cache) {
    this.rows = rows;
    this.cacheName = keeping == null ? "" : keeping.name();
    this.cache = cache;
    this.policyName = policy == null ? "" : policy.name();
    this.policyRun = policyRun;
    this.criterionName = stop == null ? "" : stop.name();
    this.criterion = criterion;
    this.windows = policyRun == null ? 1 : asked(policyRun::windows);
    this.watches = policyRun != null && asked(policyRun::watches);
    this.first = policyRun == null ? new Window(0, rows) : asked(policyRun::first);
  }

  private record Asked(int rows, int total, boolean endsAtEos) implements DecodingRequest {}

  /** All rows from the first step to the last. */
  static Course whole(Layout layout) {
    return new Course(layout.generated(), null, null, null, null, null, null);
  }

  /**
   * Begins the course of a request.
   *
   * @param decoding the chosen plugins
   * @param layout the layout of the request
   * @param total the number of steps in a window
   * @throws IllegalArgumentException if a plugin does not fit the request; it is named
   * @throws PluginException if a plugin fails in another way
   */
  static Course begin(Settings.Decoding decoding, Layout layout, int total) {
    Settings.Named<CanvasPolicy> policy = decoding.canvas();
    Settings.Named<StoppingCriterion> stop = decoding.stop();
    Settings.Named<PromptCache> keeping = decoding.cache();
    Asked request = new Asked(layout.generated(), total, !layout.infill());
    CanvasPolicy.Run policyRun =
        policy == null || policy.plugin() == CanvasPolicy.WHOLE
            ? null
            : begin(CANVAS, policy.name(), () -> policy.plugin().begin(request));
    StoppingCriterion.Run criterion =
        stop == null || stop.plugin() == StoppingCriterion.NONE
            ? null
            : begin(CRITERION, stop.name(), () -> stop.plugin().begin(request));
    PromptCache.Run cache =
        keeping == null || keeping.plugin() == PromptCache.NONE
            ? null
            : begin(CACHE, keeping.name(), () -> keeping.plugin().begin(request));
    Course course =
        new Course(layout.generated(), policy, policyRun, stop, criterion, keeping, cache);
    course.checkFirst(layout);
    return course;
  }

  private static <T> T begin(String kind, String name, Supplier<T> begin) {
    try {
      return requireNonNull(begin.get(), "its run must not be null");
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "%s \"%s\" does not fit its request: %s", kind, name, Failures.why(e)),
          e);
    } catch (Throwable e) {
      throw Failures.of(kind, name, "in begin()", e);
    }
  }

  private <T> T asked(Supplier<T> question) {
    try {
      return requireNonNull(question.get(), "its answer must not be null");
    } catch (Throwable e) {
      throw Failures.of(CANVAS, policyName, "in begin()", e);
    }
  }

  private void checkFirst(Layout layout) {
    if (windows < 1) {
      throw broken("have at least one window, but has: " + windows);
    }
    if (first.from() != 0 || first.to() > rows) {
      throw broken("begin with rows from 0 on, of " + rows + ", but begins with: " + text(first));
    }
    if (layout.infill() && (first.to() != rows || watches || windows > 1)) {
      throw broken("leave the blanks of an infill as they are, but does not");
    }
  }

  Window first() {
    return first;
  }

  /** The greatest number of windows, each with all the steps. */
  int windows() {
    return windows;
  }

  /** The name of the canvas policy, for messages. */
  String policyName() {
    return policyName;
  }

  /** Whether predictions are read at steps other than the last of a window. */
  boolean watches() {
    return watches || criterion != null;
  }

  /** Whether a prediction needs more than the tokens and their probabilities. */
  boolean wantsEntropies() {
    return criterion != null || policyRun != null;
  }

  /** Whether there may be passes that do not compute the whole sequence. */
  boolean caches() {
    return cache != null;
  }

  /**
   * {@return whether a pass computes the whole sequence}
   *
   * @param pass the pass within the window, from 1
   * @throws PluginException if the prompt cache fails
   */
  boolean refreshes(int pass) {
    if (cache == null) {
      return true;
    }
    try {
      return cache.refreshes(pass);
    } catch (Throwable e) {
      throw Failures.of(CACHE, cacheName, pass, e);
    }
  }

  /**
   * Judges a step that is not the last of its window.
   *
   * @throws PluginException if the criterion fails
   */
  Verdict judge(Prediction prediction) {
    if (criterion == null) {
      return Verdict.CONTINUE;
    }
    try {
      return requireNonNull(criterion.after(prediction), "its verdict must not be null");
    } catch (Throwable e) {
      throw Failures.of(CRITERION, criterionName, prediction.steps(), e);
    }
  }

  /**
   * {@return the end of the window from now on, exclusive}
   *
   * @throws PluginException if the canvas fails or breaks its contract
   */
  int end(Prediction prediction, Window window) {
    if (policyRun == null || !watches) {
      return window.to();
    }
    int end = called(prediction, () -> policyRun.end(prediction, window));
    if (end <= window.from() || end > window.to()) {
      throw broken("end " + text(window) + " after one of its rows, but ends it at: " + end);
    }
    return end;
  }

  /**
   * {@return the next window, if any}
   *
   * @param began the number of windows so far
   * @throws PluginException if the canvas fails or breaks its contract
   */
  Optional<Window> next(Prediction prediction, Window window, int began) {
    if (policyRun == null) {
      return Optional.empty();
    }
    Optional<Window> next = called(prediction, () -> policyRun.next(prediction, window));
    if (next.isPresent() && began >= windows) {
      throw broken("have at most " + windows + " windows, but continues with: " + text(next.get()));
    }
    if (next.isPresent() && (next.get().from() != window.to() || next.get().to() > rows)) {
      throw broken(
          String.format(
              Locale.ROOT,
              "continue after %s, within %d rows, but continues with: %s",
              text(window),
              rows,
              text(next.get())));
    }
    return next;
  }

  private <T> T called(Prediction prediction, Supplier<T> call) {
    try {
      return requireNonNull(call.get(), "its answer must not be null");
    } catch (Throwable e) {
      throw Failures.of(CANVAS, policyName, prediction.steps(), e);
    }
  }

  private PluginException broken(String rule) {
    return new PluginException(
        String.format(Locale.ROOT, "%s \"%s\" must %s", CANVAS, policyName, rule));
  }

  private static String text(Window window) {
    return "[" + window.from() + ", " + window.to() + ")";
  }
}
