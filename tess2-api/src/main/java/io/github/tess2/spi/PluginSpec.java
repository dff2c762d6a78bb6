package io.github.tess2.spi;

import static java.util.Objects.requireNonNull;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A plugin's name and options, written as {@code name}, {@code name:key=value,key=value} or {@code
 * name(key=value,key=value)}. A value may be in double quotes, inside which commas and brackets
 * have no special meaning, and it may itself be such an expression: {@code
 * best-of:n=4,reward=answer-length(max=20)}.
 *
 * @param name the plugin's name, not blank
 * @param options values by option name, in the order given, unparsed; unmodifiable
 */
public record PluginSpec(String name, Map<String, String> options) {
  /**
   * Checks the values and copies the options.
   *
   * @param name the plugin's name
   * @param options values by option name
   * @throws IllegalArgumentException if the name is blank
   */
  public PluginSpec {
    requireNonNull(name, "name");
    options = ImmutableMap.copyOf(requireNonNull(options, "options"));
    if (name.isBlank()) {
      throw new IllegalArgumentException("a plugin's name must not be blank");
    }
  }

  /**
   * {@return the parsed name and options}
   *
   * @param text in the syntax described above
   * @throws IllegalArgumentException if the text is malformed
   */
  public static PluginSpec parse(String text) {
    requireNonNull(text, "text");
    int open = text.indexOf('(');
    int colon = text.indexOf(':');
    if (colon >= 0 && (open < 0 || colon < open)) {
      return new PluginSpec(text.substring(0, colon).strip(), options(text, colon + 1));
    }
    if (open < 0) {
      return new PluginSpec(text.strip(), ImmutableMap.of());
    }
    String whole = text.strip();
    if (!whole.endsWith(")")) {
      throw malformed(text, "end with )");
    }
    return new PluginSpec(
        text.substring(0, open).strip(),
        options(whole.substring(0, whole.length() - 1), whole.indexOf('(') + 1));
  }

  /**
   * {@return several parsed names with options, unmodifiable}
   *
   * @param text specifications with {@code |} between them
   * @throws IllegalArgumentException if one is malformed
   */
  public static List<PluginSpec> parseAll(String text) {
    return split(text, '|').stream()
        .map(PluginSpec::parse)
        .collect(ImmutableList.toImmutableList());
  }

  private static ImmutableMap<String, String> options(String text, int from) {
    String list = text.substring(from);
    if (list.isBlank()) {
      return ImmutableMap.of();
    }
    Map<String, String> options = new LinkedHashMap<>();
    for (String pair : split(list, ',')) {
      int equals = pair.indexOf('=');
      if (equals <= 0) {
        throw malformed(list, "be key=value pairs with commas between them");
      }
      String key = pair.substring(0, equals).strip();
      if (options.putIfAbsent(key, unquoted(pair.substring(equals + 1).strip())) != null) {
        throw malformed(list, "name each option once (" + key + ")");
      }
    }
    return ImmutableMap.copyOf(options);
  }

  private static String unquoted(String value) {
    boolean quoted =
        value.length() >= 2
            && value.indexOf('"') == 0
            && value.indexOf('"', 1) == value.length() - 1;
    return quoted ? value.substring(1, value.length() - 1) : value;
  }

  /** Splits at a character outside brackets and quotes. */
  private static ImmutableList<String> split(String text, char separator) {
    ImmutableList.Builder<String> parts = ImmutableList.builder();
    boolean quoted = false;
    int depth = 0;
    int start = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      quoted ^= c == '"';
      if (!quoted) {
        depth += c == '(' ? 1 : c == ')' ? -1 : 0;
        if (depth < 0) {
          break;
        }
        if (depth == 0 && c == separator) {
          parts.add(text.substring(start, i));
          start = i + 1;
        }
      }
    }
    if (quoted || depth != 0) {
      throw malformed(text, "close each bracket and quote it opens");
    }
    return parts.add(text.substring(start)).build();
  }

  private static IllegalArgumentException malformed(String text, String rule) {
    return new IllegalArgumentException(
        String.format(Locale.ROOT, "plugin options must %s, but are: %s", rule, text));
  }
}
