package io.github.tess2.runtime;

import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.util.Platform;
import ai.djl.util.Utils;
import com.google.common.base.Splitter;
import com.google.common.base.Throwables;
import io.github.tess2.DeviceException;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The one way to DJL's PyTorch engine. It keeps DJL off the network, and says which jar is missing
 * where DJL would go and download it.
 *
 * <p>Whatever touches {@link Engine} or DJL's tokenizers calls {@link #engine()} or {@link
 * #stayOffline()} first: both classes report their use home as they load.
 */
public final class EngineStart {
  private static final String ENGINE = "PyTorch";

  /** The platforms that PyTorch's natives are published for as Maven classifiers. */
  private static final Set<String> PUBLISHED =
      Set.of("linux-x86_64", "linux-aarch64", "osx-aarch64", "win-x86_64");

  /** The flavours that pytorch-jni has the bridge in. */
  private static final String CPU_BRIDGE = "cpu";

  private static final String CUDA_BRIDGE = "cu128";

  private static @Nullable Engine engine;

  private EngineStart() {}

  /**
   * Returns the PyTorch engine, started on the first call.
   *
   * @throws DeviceException if native libraries are missing, naming the artifact to add, or if they
   *     do not load
   */
  public static synchronized Engine engine() {
    if (engine == null) {
      engine = start();
    }
    return engine;
  }

  private static Engine start() {
    stayOffline();
    Thread thread = Thread.currentThread();
    ClassLoader callers = thread.getContextClassLoader();
    // DJL looks for engines and natives in the context class loader, which on a pool's thread need
    // not know them; the loader of this class does, for DJL is its dependency.
    thread.setContextClassLoader(EngineStart.class.getClassLoader());
    try {
      requireNatives();
      return Engine.getEngine(ENGINE);
    } catch (EngineException | IllegalArgumentException | LinkageError | AssertionError e) {
      // DJL says that a library does not load; only the cause says which one, and what it lacks.
      Throwable root = Throwables.getRootCause(e);
      throw new DeviceException(
          "The PyTorch engine does not start: " + e + (root == e ? "" : ": " + root.getMessage()),
          e);
    } finally {
      thread.setContextClassLoader(callers);
    }
  }

  /**
   * Turns DJL's usage report and its downloads off for this process, unless its user has set them.
   */
  public static void stayOffline() {
    stayOffline(System.getenv(), System.getProperties());
  }

  static void stayOffline(Map<String, String> environment, Properties properties) {
    // The report has a switch of its own, so that allowing downloads does not allow it as well.
    if (!environment.containsKey("OPT_OUT_TRACKING")) {
      properties.putIfAbsent("OPT_OUT_TRACKING", "true");
    }
    if (!environment.containsKey("DJL_OFFLINE") && !properties.containsKey("offline")) {
      properties.putIfAbsent("ai.djl.offline", "true");
    }
  }

  /** Checks for the natives before DJL does, whose own message is about a failed download. */
  private static void requireNatives() {
    @Nullable String override = Utils.getEnvOrSystemProperty("PYTORCH_LIBRARY_PATH");
    if (override != null) {
      chooseBridge(libTorchIn(override));
      return;
    }
    if (!Utils.isOfflineMode()) {
      return;
    }
    Platform platform = Platform.detectPlatform("pytorch");
    String classifier = platform.getClassifier();
    // What the engine was built for; the natives found call themselves 2.7.1-20250812.
    Platform wanted = Platform.fromSystem("pytorch");
    // A placeholder is DJL's word for a platform that no jar on the class path has natives for.
    if (platform.isPlaceholder() && !isCached(platform)) {
      throw new DeviceException(missingNatives(wanted.getVersion(), classifier));
    }
    if (EngineStart.class.getClassLoader().getResource("jnilib/pytorch.properties") == null) {
      throw new DeviceException(
          "DJL's bridge to PyTorch is not on the class path: add ai.djl.pytorch:pytorch-jni:"
              + wanted.getVersion()
              + "-"
              + wanted.getApiVersion());
    }
  }

  /** Finds libtorch as DJL does, which passes over a path that leads nowhere without a word. */
  private static Path libTorchIn(String paths) {
    String library = System.mapLibraryName("torch");
    for (String path : Splitter.on(File.pathSeparatorChar).split(paths)) {
      Path file = Path.of(path).endsWith(library) ? Path.of(path) : Path.of(path, library);
      if (Files.isRegularFile(file)) {
        return file.toAbsolutePath();
      }
    }
    throw new DeviceException(
        "PYTORCH_LIBRARY_PATH must name a folder that holds " + library + ", but is: " + paths);
  }

  /**
   * Tells DJL which of the bridges in pytorch-jni fits a libtorch of the user's own. Left alone it
   * asks on Linux for a "-precxx11" one, of which there is none for this version.
   */
  private static void chooseBridge(Path libTorch) {
    boolean bridgeBeside =
        Files.exists(libTorch.resolveSibling(System.mapLibraryName("djl_torch")));
    if (!bridgeBeside && Utils.getEnvOrSystemProperty("PYTORCH_FLAVOR") == null) {
      boolean cuda = Files.exists(libTorch.resolveSibling(System.mapLibraryName("torch_cuda")));
      System.setProperty("PYTORCH_FLAVOR", cuda ? CUDA_BRIDGE : CPU_BRIDGE);
    }
  }

  private static boolean isCached(Platform platform) {
    String folder =
        String.join("-", platform.getVersion(), platform.getFlavor(), platform.getClassifier());
    Path cached = Utils.getEngineCacheDir("pytorch").resolve(folder);
    return Files.exists(cached.resolve(System.mapLibraryName("torch")));
  }

  static String missingNatives(String version, String classifier) {
    String missing =
        "PyTorch's native libraries for " + classifier + " are not on the class path: ";
    String remedy =
        PUBLISHED.contains(classifier)
            ? "add ai.djl.pytorch:pytorch-native-cpu:"
                + version
                + " with classifier "
                + classifier
                + ", or set "
            : "there is no such artifact for this platform, so set ";
    return missing
        + remedy
        + "PYTORCH_LIBRARY_PATH to a folder that holds libtorch "
        + version
        + ", or ai.djl.offline to false to have DJL download them";
  }
}
