package io.github.tess2.spi;

import java.lang.ref.SoftReference;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A cache of the plugins that requests select by name. The class path is searched once for each
 * type and context class loader, not for each request. It is searched again for a missing name,
 * because a jar may have been added since. Does not prevent class loaders from being unloaded.
 */
final class InstalledPlugins {
  /**
   * Guarded by itself. The values refer to the keys, so the values must not be strongly referenced
   * either.
   */
  private static final Map<ClassLoader, SoftReference<Map<Class<?>, Plugins<?>>>> BY_LOADER =
      new WeakHashMap<>();

  private InstalledPlugins() {}

  /**
   * {@return the plugin with a name}
   *
   * @param type an extension point
   * @param name the name, in any case
   * @throws io.github.tess2.PluginException if there is no such plugin
   */
  @SuppressWarnings("unchecked") // Each type's value is of that type.
  static <P extends Plugin> P named(Class<P> type, String name) {
    Map<Class<?>, Plugins<?>> known = known();
    Plugins<P> found = (Plugins<P>) known.get(type);
    if (found == null || !found.has(name)) {
      found = Plugins.of(type);
      known.put(type, found);
    }
    return found.named(name);
  }

  private static Map<Class<?>, Plugins<?>> known() {
    ClassLoader context = Thread.currentThread().getContextClassLoader();
    ClassLoader loader = context == null ? InstalledPlugins.class.getClassLoader() : context;
    synchronized (BY_LOADER) {
      SoftReference<Map<Class<?>, Plugins<?>>> reference = BY_LOADER.get(loader);
      Map<Class<?>, Plugins<?>> known = reference == null ? null : reference.get();
      if (known == null) {
        known = new ConcurrentHashMap<>();
        BY_LOADER.put(loader, new SoftReference<>(known));
      }
      return known;
    }
  }
}
