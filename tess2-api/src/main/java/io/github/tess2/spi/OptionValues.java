package io.github.tess2.spi;

import static java.util.Objects.requireNonNull;

import com.google.common.collect.ImmutableMap;
import io.github.tess2.PluginException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The checked values of all options that a plugin declares, including defaults. Immutable. */
public final class OptionValues {
  private final String owner;
  private final ImmutableMap<String, Object> values;

  private OptionValues(String owner, ImmutableMap<String, Object> values) {
    this.owner = owner;
    this.values = values;
  }

  /**
   * {@return the values of a plugin's options}
   *
   * @param owner the plugin, for messages: {@code guidance "best-of"}
   * @param declared the options that the plugin declares
   * @param given the user's input by option name: strings, or Java values of the right type
   * @throws IllegalArgumentException if an option is not declared, is missing, or has the wrong
   *     type or range; the message lists the options
   * @throws PluginException if an option is declared twice
   */
  public static OptionValues of(String owner, List<Option<?>> declared, Map<String, ?> given) {
    requireNonNull(owner, "owner");
    requireNonNull(declared, "declared");
    requireNonNull(given, "given");
    Map<String, Option<?>> byName = new LinkedHashMap<>();
    for (Option<?> option : declared) {
      if (byName.putIfAbsent(option.name(), option) != null) {
        throw new PluginException(
            String.format(
                Locale.ROOT,
                "%s must declare each option once, but declares twice: %s",
                owner,
                option.name()));
      }
    }
    for (String name : given.keySet()) {
      if (!byName.containsKey(requireNonNull(name, "option name"))) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT, "%s has no option \"%s\"; %s", owner, name, listed(declared)));
      }
    }
    ImmutableMap.Builder<String, Object> values = ImmutableMap.builder();
    for (Option<?> option : declared) {
      values.put(option.name(), value(owner, option, given));
    }
    return new OptionValues(owner, values.buildOrThrow());
  }

  private static Object value(String owner, Option<?> option, Map<String, ?> given) {
    if (given.containsKey(option.name())) {
      return requireNonNull(
          option.read(owner, requireNonNull(given.get(option.name()), option.name())));
    }
    @Nullable Object fallback = option.fallback();
    if (fallback == null) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s needs the option \"%s\" (%s: %s)",
              owner,
              option.name(),
              option.type(),
              option.doc()));
    }
    return fallback;
  }

  private static String listed(List<Option<?>> declared) {
    return declared.isEmpty()
        ? "it has none"
        : declared.stream()
            .map(option -> "\n  " + option)
            .collect(Collectors.joining("", "it has:", ""));
  }

  /**
   * {@return the value of an option}
   *
   * @param <T> the Java type of its values
   * @param option a declared option
   * @throws IllegalArgumentException if the option is not declared
   */
  @SuppressWarnings("unchecked") // Each value was read by the option of that name.
  public <T> T get(Option<T> option) {
    Object value = values.get(option.name());
    if (value == null) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "%s does not declare the option \"%s\"", owner, option.name()));
    }
    return (T) value;
  }
}
