package io.github.tess2.contract;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import io.github.tess2.spi.Option;
import io.github.tess2.spi.Plugin;
import io.github.tess2.spi.Plugins;
import io.github.tess2.spi.Provider;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** The common part of the contract tests of all extension points. */
final class PluginChecks {
  private static final int THREADS = 4;

  private PluginChecks() {}

  /** Opens an owner of tensors on the default engine. */
  static NDManager newManager() {
    // DJL reports its use home as the engine starts; a test must not.
    System.getProperties().putIfAbsent("OPT_OUT_TRACKING", "true");
    return NDManager.newBaseManager();
  }

  static void nameIsWellFormed(Plugin plugin) {
    assertThat(plugin.name()).as("name of %s", plugin.getClass()).matches("[a-z0-9][a-z0-9._-]*");
  }

  static <P extends Plugin> void isFoundByName(Class<P> type, P plugin) {
    assertThat(Plugins.of(type).named(plugin.name()))
        .as("the %s that ServiceLoader finds as \"%s\"", type.getSimpleName(), plugin.name())
        .hasSameClassAs(plugin);
  }

  static void optionsSayWhatTheyMean(Provider<?> provider) {
    assertThat(provider.options())
        .allSatisfy(option -> assertThat(option.doc()).as("doc of %s", option.name()).isNotBlank());
  }

  static void optionsHaveDistinctNames(Provider<?> provider) {
    assertThat(provider.options()).extracting(Option::name).doesNotHaveDuplicates();
  }

  /** Runs a task on several threads that all start at once. Returns the result of each. */
  static <T> List<T> onSeveralThreads(Callable<T> task) throws Exception {
    CyclicBarrier start = new CyclicBarrier(THREADS);
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      List<Future<T>> running = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        running.add(
            threads.submit(
                () -> {
                  start.await();
                  return task.call();
                }));
      }
      List<T> results = new ArrayList<>();
      for (Future<T> one : running) {
        results.add(one.get());
      }
      return results;
    } finally {
      threads.shutdownNow();
    }
  }
}
