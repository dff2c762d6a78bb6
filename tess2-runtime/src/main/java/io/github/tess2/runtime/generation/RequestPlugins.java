package io.github.tess2.runtime.generation;

import io.github.tess2.PluginException;
import io.github.tess2.spi.NoiseSchedule;
import io.github.tess2.spi.Plugin;
import io.github.tess2.spi.Plugins;
import io.github.tess2.spi.Sampler;
import java.lang.ref.SoftReference;
import java.util.Locale;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.function.Function;

/**
 * The schedules and samplers that requests name. The class path is searched once for each context
 * class loader, not for each request, and again for a name that was not there: a jar may have come
 * since. Keeps no class loader from being unloaded.
 */
final class RequestPlugins {
  /** Guarded by itself. The values hold the keys, so they may not be held firmly either. */
  private static final Map<ClassLoader, SoftReference<Found>> BY_LOADER = new WeakHashMap<>();

  private record Found(Plugins<NoiseSchedule> schedules, Plugins<Sampler> samplers) {}

  private RequestPlugins() {}

  /**
   * {@return the schedule of a name}
   *
   * @throws PluginException if there is none
   */
  static NoiseSchedule schedule(String name) {
    return find(Found::schedules, name);
  }

  /**
   * {@return the sampler of a name}
   *
   * @throws PluginException if there is none
   */
  static Sampler sampler(String name) {
    return find(Found::samplers, name);
  }

  private static <P extends Plugin> P find(Function<Found, Plugins<P>> type, String name) {
    ClassLoader context = Thread.currentThread().getContextClassLoader();
    ClassLoader loader = context == null ? RequestPlugins.class.getClassLoader() : context;
    synchronized (BY_LOADER) {
      SoftReference<Found> known = BY_LOADER.get(loader);
      Found found = known == null ? null : known.get();
      if (found == null || !type.apply(found).names().contains(name.toLowerCase(Locale.ROOT))) {
        found = new Found(Plugins.of(NoiseSchedule.class), Plugins.of(Sampler.class));
        BY_LOADER.put(loader, new SoftReference<>(found));
      }
      return type.apply(found).named(name);
    }
  }
}
