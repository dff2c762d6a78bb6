package io.github.tess2.runtime.generation;

import static java.util.Objects.requireNonNull;

import com.google.common.base.Throwables;
import io.github.tess2.PluginException;
import io.github.tess2.runtime.engine.Closing;
import io.github.tess2.spi.Guidance;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/**
 * A guidance's run for one request.
 *
 * @param name the name of the guidance, for messages
 * @param run the run
 */
record Guide(String name, Guidance.Run run) implements AutoCloseable {

  /**
   * {@return a guidance's name}
   *
   * @throws PluginException if it fails
   */
  static String nameOf(Guidance guidance) {
    try {
      return requireNonNull(guidance.name(), "its name must not be null");
    } catch (Throwable e) {
      throw Failures.of("guidance", guidance.getClass().getName(), "in name()", e);
    }
  }

  /**
   * {@return the number of candidates that a guidance asks for}
   *
   * @throws PluginException if it fails
   */
  static int candidatesOf(Guidance guidance) {
    String name = nameOf(guidance);
    try {
      return guidance.candidates();
    } catch (Throwable e) {
      throw Failures.of("guidance", name, "in candidates()", e);
    }
  }

  /**
   * Begins all guidances of a request. If one fails, the request fails.
   *
   * @param request the request
   * @param properties what they may know about it
   */
  static void beginAll(RequestState request, Guidance.Request properties) {
    try {
      for (Guidance guidance : request.settings.guidance()) {
        request.guides.add(begin(guidance, properties));
      }
    } catch (PluginException | IllegalArgumentException e) {
      request.fail(e);
    }
  }

  /** Begins all guidances of a request again, because its sequence has changed since they began. */
  static void renewAll(RequestState request, Guidance.Request properties) {
    List<Guide> old = List.copyOf(request.guides);
    request.guides.clear();
    try {
      closeAll(old);
    } catch (RuntimeException e) {
      request.fail(e);
      return;
    }
    beginAll(request, properties);
  }

  /** Lets each guidance of a request adjust its logits. */
  static void guideAll(RequestState request, GuidedLogits guided) {
    String name = "";
    try {
      for (Guide guide : request.guides) {
        name = guide.name();
        guided.author(name);
        guide.run().guide(guided);
      }
    } catch (Throwable e) {
      fail(request, guided, name, e);
    }
  }

  /** Shows the result to all guidances of a request. */
  static void finishAll(RequestState request, GuidedLogits guided) {
    String name = "";
    try {
      for (Guide guide : request.guides) {
        name = guide.name();
        guide.run().finish(guided.fork());
      }
    } catch (Throwable e) {
      fail(request, guided, name, e);
    }
  }

  private static void fail(RequestState request, GuidedLogits guided, String name, Throwable e) {
    // A guidance may read logits with an earlier one's adjustment, whose failure names that one.
    PluginException earlier = guided.failure();
    request.fail(
        earlier != null && Throwables.getCausalChain(e).contains(earlier)
            ? earlier
            : Failures.of("guidance", name, guided.step(), e));
  }

  /**
   * Begins to guide a request.
   *
   * @throws IllegalArgumentException if the guidance does not fit the model or the request; it is
   *     named
   * @throws PluginException if it fails in another way
   */
  static Guide begin(Guidance guidance, Guidance.Request request) {
    String name = nameOf(guidance);
    try {
      return new Guide(name, requireNonNull(guidance.begin(request), "its run must not be null"));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "guidance \"%s\" does not fit its request: %s", name, Failures.why(e)),
          e);
    } catch (Throwable e) {
      throw Failures.of("guidance", name, "in begin()", e);
    }
  }

  /**
   * {@return its last score, if it has one}
   *
   * @throws PluginException if it fails
   */
  OptionalDouble score() {
    try {
      return requireNonNull(run.score(), "its score must not be null");
    } catch (Throwable e) {
      throw Failures.of("guidance", name, "in score()", e);
    }
  }

  /**
   * Closes several runs, each even if another fails to close.
   *
   * @throws PluginException if one fails
   */
  static void closeAll(List<Guide> guides) {
    Closing.all(guides.stream().map(guide -> (Runnable) guide::close).toList());
  }

  /**
   * Closes the run.
   *
   * @throws PluginException if it fails
   */
  @Override
  public void close() {
    try {
      run.close();
    } catch (Throwable e) {
      throw Failures.of("guidance", name, "in close()", e);
    }
  }
}
