package io.github.tess2.spi;

import static java.util.Objects.requireNonNull;

import com.google.common.base.Ascii;
import io.github.tess2.PluginException;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A plugin selected by the user, either by name with options or as an instance. A plugin selected
 * by name is looked up and created on first use, then cached. Otherwise immutable; thread-safe.
 *
 * @param <T> the type of the plugin, such as {@link Sampler}
 */
public final class PluginChoice<T> {
  private final String kind;
  private final String name;
  private final @Nullable Class<? extends Provider<T>> type;
  private final Map<String, String> options;
  private volatile @Nullable T made;

  private PluginChoice(
      String kind,
      String name,
      @Nullable Class<? extends Provider<T>> type,
      Map<String, String> options,
      @Nullable T made) {
    this.kind = kind;
    this.name = name;
    this.type = type;
    this.options = options;
    this.made = made;
  }

  /**
   * {@return a choice by name}
   *
   * @param <T> the type of the plugin
   * @param kind the kind of plugin, for messages: {@code sampler}
   * @param type the extension point
   * @param text the name in any case, optionally with options: {@code entropy-bound:bound=0.1}
   * @throws IllegalArgumentException if the text is blank or malformed
   */
  public static <T> PluginChoice<T> named(
      String kind, Class<? extends Provider<T>> type, String text) {
    requireNonNull(kind, "kind");
    requireNonNull(type, "type");
    if (requireNonNull(text, kind).isBlank()) {
      throw new IllegalArgumentException(kind + " must not be blank, but is: \"" + text + "\"");
    }
    PluginSpec spec = PluginSpec.parse(text);
    return new PluginChoice<>(kind, Ascii.toLowerCase(spec.name()), type, spec.options(), null);
  }

  /**
   * {@return a choice of an instance}
   *
   * @param <T> the type of the plugin
   * @param kind the kind of plugin, for messages: {@code sampler}
   * @param plugin the instance; if it is not a {@link Plugin}, the name of its class is its name
   */
  public static <T> PluginChoice<T> of(String kind, T plugin) {
    requireNonNull(kind, "kind");
    requireNonNull(plugin, kind);
    return new PluginChoice<>(kind, nameOf(plugin), null, Map.of(), plugin);
  }

  private static String nameOf(Object plugin) {
    if (plugin instanceof Plugin named) {
      try {
        return String.valueOf(named.name());
      } catch (Throwable e) {
        PluginException.throwIfFatal(e);
      }
    }
    return plugin.getClass().getName();
  }

  /**
   * {@return the name it was selected by, in lower case; for an instance, its own name or that of
   * its class}
   */
  public String name() {
    return name;
  }

  /** {@return the options given with the name, unparsed. Unmodifiable} */
  public Map<String, String> options() {
    return options;
  }

  /**
   * {@return the plugin, the same instance at each call}
   *
   * @throws PluginException if there is no plugin of that name, or its provider fails
   * @throws IllegalArgumentException if an option is unknown, has the wrong type or is missing
   */
  public T plugin() {
    T plugin = made;
    if (plugin == null) {
      plugin = make(requireNonNull(type));
      made = plugin;
    }
    return plugin;
  }

  private T make(Class<? extends Provider<T>> point) {
    Provider<T> provider = InstalledPlugins.named(point, name);
    String owner = kind + " \"" + name + "\"";
    try {
      return Plugins.requireMade(
          owner, provider.create(OptionValues.of(owner, provider.options(), options)));
    } catch (IllegalArgumentException | PluginException e) {
      throw e;
    } catch (Throwable e) {
      PluginException.throwIfFatal(e);
      throw new PluginException(
          String.format(
              Locale.ROOT,
              "%s failed in create(): %s",
              owner,
              e.getMessage() == null ? e : e.getMessage()),
          e);
    }
  }

  /** Describes the choice for messages: {@code entropy-bound(bound=0.1)}. */
  @Override
  public String toString() {
    return options.isEmpty()
        ? name
        : name + options.toString().replace('{', '(').replace('}', ')').replace(", ", ",");
  }
}
