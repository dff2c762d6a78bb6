package io.github.tess2.examples.cli;

import io.github.tess2.OptionsBuilder;
import io.github.tess2.spi.Guidance;
import io.github.tess2.spi.PluginSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that steer generation. */
final class GuidanceOptions {
  private static final String BEST_OF = "best-of";

  @Option(
      names = "--guidance",
      paramLabel = "NAME[:OPTION=VALUE,...]",
      description = {
        "Steer generation; may be given several times. reward-model:scale=0.5 climbs the reward"
            + " model that ships, or that of path=FOLDER;"
            + " reward-function:reward=wanted-words(words=sun),scale=8 any installed reward. tess2"
            + " plugins lists the installed ones."
      })
  private List<String> guidance = List.of();

  @Option(
      names = "--best-of",
      paramLabel = "N",
      description = "Generate N candidates at once and keep the one that a reward prefers.")
  private @Nullable Integer bestOf;

  @Option(
      names = "--best-of-reward",
      paramLabel = "NAME[:OPTION=VALUE,...]",
      description = "The reward that --best-of compares by. Default: reward-model.")
  private @Nullable String reward;

  /** Opened guidances; some of them hold models. */
  static final class Opened implements AutoCloseable {
    private final List<Guidance> all = new ArrayList<>();

    /** Sets these guidances in a request. */
    void applyTo(OptionsBuilder<?> builder) {
      if (!all.isEmpty()) {
        builder.guidance(all.toArray(Guidance[]::new));
      }
    }

    /** Closes all of them, even if closing one fails. */
    @Override
    public void close() {
      RuntimeException first = null;
      for (Guidance guidance : all) {
        try {
          guidance.close();
        } catch (RuntimeException e) {
          if (first == null) {
            first = e;
          } else {
            first.addSuppressed(e);
          }
        }
      }
      all.clear();
      if (first != null) {
        throw first;
      }
    }
  }

  /**
   * Opens the chosen guidances. The caller closes the result after the last request.
   *
   * @throws IllegalArgumentException if an option is malformed, unknown or out of range
   * @throws io.github.tess2.Tess2Exception if a plugin is unknown or cannot load its model
   */
  Opened open() {
    List<PluginSpec> specs = new ArrayList<>();
    for (String text : guidance) {
      specs.add(PluginSpec.parse(text));
    }
    if (bestOf == null && reward != null) {
      throw new IllegalArgumentException("--best-of-reward needs --best-of");
    }
    Opened opened = new Opened();
    try {
      for (PluginSpec spec : specs) {
        opened.all.add(Guidance.named(spec));
      }
      if (bestOf != null) {
        PluginSpec by = PluginSpec.parse(reward == null ? "reward-model" : reward);
        opened.all.add(Guidance.named(BEST_OF, Map.of("n", bestOf, "reward", by)));
      }
      return opened;
    } catch (RuntimeException | Error e) {
      try {
        opened.close();
      } catch (RuntimeException onClose) {
        e.addSuppressed(onClose);
      }
      throw e;
    }
  }
}
