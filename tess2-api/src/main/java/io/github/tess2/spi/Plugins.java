package io.github.tess2.spi;

import static java.util.Objects.requireNonNull;

import com.google.common.collect.ImmutableSortedMap;
import io.github.tess2.PluginException;
import java.util.Iterator;
import java.util.Locale;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The installed plugins of one type. All lookups by name use this class.
 *
 * <p>Plugins are looked up with {@link ServiceLoader} in the thread's context class loader, then in
 * the class loader of this library, so a jar on the class path or a module that {@code provides}
 * the type is enough. Two different classes with the same name are an error that names both, so the
 * meaning of a name never depends on the order of the class path.
 *
 * @param <P> the extension point
 */
public final class Plugins<P extends Plugin> {
  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]*");

  private final Class<P> type;
  private final ImmutableSortedMap<String, P> byName;

  private Plugins(Class<P> type, ImmutableSortedMap<String, P> byName) {
    this.type = type;
    this.byName = byName;
  }

  /**
   * Finds the plugins of a type. Searches again at each call.
   *
   * @param <P> the extension point
   * @param type an extension point of this package
   * @return the plugins found
   * @throws PluginException if a plugin cannot be created, has a malformed name, or has the same
   *     name as another
   */
  public static <P extends Plugin> Plugins<P> of(Class<P> type) {
    requireNonNull(type, "type");
    Map<String, P> found = new TreeMap<>();
    ClassLoader context = Thread.currentThread().getContextClassLoader();
    ClassLoader own = Plugins.class.getClassLoader();
    if (context != null && context != own) {
      collect(type, ServiceLoader.load(type, context), found);
    }
    collect(type, ServiceLoader.load(type, own), found);
    return new Plugins<>(type, ImmutableSortedMap.copyOf(found));
  }

  private static <P extends Plugin> void collect(
      Class<P> type, ServiceLoader<P> loader, Map<String, P> found) {
    Iterator<P> providers = loader.iterator();
    try {
      while (providers.hasNext()) {
        P plugin = providers.next();
        String name = nameOf(type, plugin);
        if (name == null || !NAME.matcher(name).matches()) {
          throw new PluginException(
              String.format(
                  Locale.ROOT,
                  "the name of a %s must match %s, but %s has: %s",
                  type.getSimpleName(),
                  NAME,
                  plugin.getClass().getName(),
                  name));
        }
        P other = found.putIfAbsent(name, plugin);
        if (other != null && other.getClass() != plugin.getClass()) {
          throw new PluginException(
              String.format(
                  Locale.ROOT,
                  "a %s's name must be unique, but \"%s\" is both %s and %s",
                  type.getSimpleName(),
                  name,
                  other.getClass().getName(),
                  plugin.getClass().getName()));
        }
      }
    } catch (ServiceConfigurationError | LinkageError e) {
      // A class that a provider needs and the class path lacks comes as a bare LinkageError.
      throw new PluginException("a provider of " + type.getName() + " could not be made: " + e, e);
    }
  }

  private static <P extends Plugin> String nameOf(Class<P> type, P plugin) {
    try {
      return plugin.name();
    } catch (Throwable e) {
      PluginException.throwIfFatal(e);
      throw new PluginException(
          String.format(
              Locale.ROOT,
              "the name of a %s could not be asked of %s: %s",
              type.getSimpleName(),
              plugin.getClass().getName(),
              e),
          e);
    }
  }

  /** Checks the result of a provider, which may be third-party code. */
  static <T> T requireMade(String owner, @Nullable T made) {
    if (made == null) {
      throw new PluginException(owner + " must be made by its provider, but is: null");
    }
    return made;
  }

  boolean has(String name) {
    return byName.containsKey(name.toLowerCase(Locale.ROOT));
  }

  /** {@return the names of the plugins, sorted. Unmodifiable} */
  public SortedSet<String> names() {
    return byName.keySet();
  }

  /**
   * {@return the plugin with a name}
   *
   * @param name the name, in any case
   * @throws PluginException if there is no such plugin; the message gives the type, the name, the
   *     available names and what to add
   */
  public P named(String name) {
    P plugin = byName.get(requireNonNull(name, "name").toLowerCase(Locale.ROOT));
    if (plugin == null) {
      throw new PluginException(
          String.format(
              Locale.ROOT,
              "no %s is named \"%s\"; there are %s. Add the jar that provides it (META-INF/services/%s) to the class path",
              type.getSimpleName(),
              name,
              byName.keySet(),
              type.getName()));
    }
    return plugin;
  }

  /**
   * {@return the plugin with a name, or the {@linkplain #only() only one}}
   *
   * @param name the name, in any case; null for the only plugin
   * @throws PluginException if there is no such plugin, or no name and not exactly one plugin
   */
  public P namedOrOnly(@Nullable String name) {
    return name == null ? only() : named(name);
  }

  /**
   * {@return the only plugin of the type}
   *
   * @throws PluginException if there is not exactly one
   */
  public P only() {
    if (byName.size() != 1) {
      throw new PluginException(
          byName.isEmpty()
              ? String.format(
                  Locale.ROOT,
                  "no %s is installed: add tess2-runtime, or another jar that provides %s, to the class path",
                  type.getSimpleName(),
                  type.getName())
              : String.format(
                  Locale.ROOT,
                  "choose one %s by name; there are %s",
                  type.getSimpleName(),
                  byName.keySet()));
    }
    return byName.values().iterator().next();
  }
}
