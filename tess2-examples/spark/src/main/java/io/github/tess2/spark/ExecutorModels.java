package io.github.tess2.spark;

import io.github.tess2.ComputeDevice;
import io.github.tess2.DiffusionLM;
import io.github.tess2.examples.text.Guidances;
import io.github.tess2.spi.Guidance;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The models of this executor process. The first task that needs a model loads it. It stays loaded
 * for tasks of later stages and jobs, until one needs another model.
 */
final class ExecutorModels {
  private static final Logger LOG = LoggerFactory.getLogger(ExecutorModels.class);

  private static final Map<Key, Loaded> MODELS = new HashMap<>();

  private static int loads;

  private static boolean hooked;

  private record Key(ModelSettings settings, ComputeDevice device) {}

  private ExecutorModels() {}

  /** A model, and the guidances that were opened for it. */
  private static final class Loaded {
    private final DiffusionLM lm;

    /** They stay open as long as the model. */
    private final Guidances guidances = new Guidances(Integer.MAX_VALUE);

    private int users;

    Loaded(DiffusionLM lm) {
      this.lm = lm;
    }

    void close() {
      lm.close();
      guidances.close();
    }
  }

  /** A task's use of a model. Closing it leaves the model loaded. */
  static final class Lease implements AutoCloseable {
    private final Loaded loaded;
    private final Guidances.Lease guidances;
    private boolean closed;

    private Lease(Loaded loaded, Guidances.Lease guidances) {
      this.loaded = loaded;
      this.guidances = guidances;
    }

    DiffusionLM lm() {
      return loaded.lm;
    }

    Guidance[] guidance() {
      return guidances.all();
    }

    @Override
    public void close() {
      if (!closed) {
        closed = true;
        guidances.close();
        release(loaded);
      }
    }
  }

  /**
   * Takes a model, and loads it if it is not loaded yet. Other tasks wait while it loads.
   *
   * @param guidance texts of guidances; each is opened once for a model
   * @throws IllegalArgumentException if an option of a guidance does not fit
   * @throws io.github.tess2.Tess2Exception if the model does not load, or a plugin is unknown
   */
  static synchronized Lease take(
      ModelSettings settings, ComputeDevice device, List<String> guidance) {
    Key key = new Key(settings, device);
    Loaded loaded = MODELS.get(key);
    if (loaded == null) {
      closeIdle();
      loaded = new Loaded(settings.load(device));
      MODELS.put(key, loaded);
      loads++;
      LOG.info("loaded {}", loaded.lm.info());
      closeAtExit();
    }
    Lease lease = new Lease(loaded, loaded.guidances.open(guidance));
    loaded.users++;
    return lease;
  }

  private static synchronized void release(Loaded loaded) {
    loaded.users--;
  }

  /** {@return how many models this process has loaded} */
  static synchronized int loads() {
    return loads;
  }

  /** Closes models that are not in use, because another model may need their memory. */
  private static void closeIdle() {
    MODELS
        .values()
        .removeIf(
            loaded -> {
              if (loaded.users == 0) {
                loaded.close();
              }
              return loaded.users == 0;
            });
  }

  private static void closeAtExit() {
    if (!hooked) {
      hooked = true;
      Runtime.getRuntime().addShutdownHook(new Thread(ExecutorModels::closeAll, "tess2-close"));
    }
  }

  private static synchronized void closeAll() {
    MODELS.values().forEach(Loaded::close);
    MODELS.clear();
  }
}
