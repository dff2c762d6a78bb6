package io.github.tess2.examples.server;

import io.github.tess2.spi.CanvasPolicyProvider;
import io.github.tess2.spi.GuidanceProvider;
import io.github.tess2.spi.NoiseSchedule;
import io.github.tess2.spi.Option;
import io.github.tess2.spi.Plugins;
import io.github.tess2.spi.PromptCacheProvider;
import io.github.tess2.spi.Provider;
import io.github.tess2.spi.RewardProvider;
import io.github.tess2.spi.Sampler;
import io.github.tess2.spi.StepGridProvider;
import io.github.tess2.spi.StoppingCriterionProvider;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads texts by which requests choose plugins: {@code NAME[:OPTION=VALUE,...]}. Unless requests
 * are trusted, a text must not name files of this machine, nor contain regular expressions, which
 * may run forever.
 */
final class PluginTexts {
  /** The kinds of plugins that a text can choose. */
  static final List<Class<? extends Provider<?>>> POINTS =
      List.of(
          NoiseSchedule.class,
          StepGridProvider.class,
          Sampler.class,
          StoppingCriterionProvider.class,
          CanvasPolicyProvider.class,
          PromptCacheProvider.class,
          GuidanceProvider.class,
          RewardProvider.class);

  /** The type of options made by {@link Option#path}. */
  private static final String PATH = Option.path("p", "").type();

  private static final String EXPRESSIONS = "pattern-at";
  private static final int MOST_CHARACTERS = 2_000;

  /** Finds a refused option or plugin in a text, also within the options of another plugin. */
  private final Optional<Pattern> refused;

  PluginTexts(boolean trusted) {
    this.refused = trusted ? Optional.empty() : Optional.of(refused());
  }

  private static Pattern refused() {
    Set<String> files = new TreeSet<>();
    for (Class<? extends Provider<?>> point : POINTS) {
      collectFiles(Plugins.of(point), files);
    }
    String options = files.stream().map(Pattern::quote).collect(Collectors.joining("|"));
    return Pattern.compile(
        (options.isEmpty() ? "" : "(?<![\\w-])(?:" + options + ")[\\s\\p{Z}]*=|")
            + "(?<![\\w-])"
            + Pattern.quote(EXPRESSIONS)
            + "(?![\\w-])",
        Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);
  }

  private static void collectFiles(Plugins<? extends Provider<?>> plugins, Set<String> files) {
    for (String name : plugins.names()) {
      for (Option<?> option : plugins.named(name).options()) {
        if (option.type().equals(PATH)) {
          files.add(option.name());
        }
      }
    }
  }

  /** Reads a field that chooses a plugin. */
  @Nullable String read(Fields fields, String field) {
    String text = fields.text(field);
    return text == null ? null : checked(text);
  }

  /** Returns the text if requests may use it; otherwise throws. */
  String checked(String text) {
    if (text.length() > MOST_CHARACTERS) {
      throw new IllegalArgumentException(
          "a plugin's text must have at most "
              + MOST_CHARACTERS
              + " characters, but has: "
              + text.length());
    }
    if (refused.isPresent() && refused.get().matcher(text).find()) {
      throw new IllegalArgumentException(
          "a request must not choose files or regular expressions for a plugin, unless the server"
              + " runs with --trust-plugin-options, but says: "
              + Fields.shown(text));
    }
    return text;
  }
}
