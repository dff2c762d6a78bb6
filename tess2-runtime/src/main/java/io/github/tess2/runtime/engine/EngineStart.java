package io.github.tess2.runtime.engine;

import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.util.Platform;
import ai.djl.util.Utils;
import com.google.common.base.Splitter;
import io.github.tess2.DeviceException;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The only way to DJL's PyTorch engine. It keeps DJL off the network: if native libraries are
 * missing, it names the jar to add instead of downloading them.
 *
 * <p>Code that uses {@link Engine} or DJL's tokenizers must call {@link #engine()} or {@link
 * #prepareTokenizers()} first. When these DJL classes load, they send a usage report if it is not
 * turned off, and load native libraries from a folder, which {@link NativeCache} chooses.
 */
public final class EngineStart {
  private static final String ENGINE = "PyTorch";

  private static final String LIB_TORCH = System.mapLibraryName("torch");
  private static final String LIB_BRIDGE = System.mapLibraryName("djl_torch");

  /** The platforms that PyTorch's natives are published for as Maven classifiers. */
  private static final Set<String> PUBLISHED =
      Set.of("linux-x86_64", "linux-aarch64", "osx-aarch64", "win-x86_64");

  /** The flavours of the bridge that pytorch-jni contains. */
  private static final String CPU_BRIDGE = "cpu";

  private static final String CUDA_BRIDGE = "cu128";

  private static final Logger LOG = LoggerFactory.getLogger(EngineStart.class);

  /** Set once per process: when a second model is opened, the engine is already running. */
  private static final AtomicBoolean BEGUN = new AtomicBoolean();

  private static @Nullable Engine engine;

  /**
   * Why the natives did not load. They are tried only once, because Java's error on a second try
   * says less.
   */
  private static @Nullable String failure;

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
      Threads.start(System.getenv());
    }
    return engine;
  }

  /**
   * Begins to start the engine on a separate thread. This takes most of a second, during which the
   * caller can read files. {@link #engine()} waits for it to finish. A failure is not reported
   * here: {@link #engine()} tries again and throws it.
   */
  public static void begin() {
    if (!BEGUN.compareAndSet(false, true)) {
      return;
    }
    Thread thread = new Thread(null, EngineStart::startAhead, "tess2-engine", 0, false);
    thread.setDaemon(true);
    thread.start();
  }

  private static void startAhead() {
    try {
      // A process that exits while a library is being loaded may crash.
      ExitGate.pass(EngineStart::engine);
    } catch (RuntimeException | Error e) {
      LOG.debug("PyTorch did not start ahead of its use", e);
    }
  }

  private static Engine start() {
    stayOffline();
    return inOwnLoader(
        () -> {
          requireNatives();
          WaitPolicy.passive(System.getenv());
          try {
            return NativeCache.unpacking(
                Utils.getEngineCacheDir(),
                EngineStart::holdsNatives,
                () -> Engine.getEngine(ENGINE));
          } catch (EngineException | IllegalArgumentException | LinkageError | AssertionError e) {
            if (failure == null) {
              failure = "The PyTorch engine does not start: " + NativeFailure.explain(e);
            }
            throw new DeviceException(failure, e);
          }
        });
  }

  /**
   * Prepares the settings that DJL's tokenizers read when they load.
   *
   * @throws DeviceException if there is no folder to unpack their library into
   */
  public static void prepareTokenizers() {
    stayOffline();
    if (Utils.getEnvOrSystemProperty("RUST_LIBRARY_PATH") == null) {
      inOwnLoader(
          () -> {
            NativeCache.require("The tokenizers' native library", EngineStart::holdsTokenizers);
            return true;
          });
    }
  }

  /**
   * Runs an action with the class loader in which DJL finds its engines and natives. DJL looks for
   * them in the context class loader, which may not know them on a pool's thread. The loader of
   * this class does, because DJL is its dependency.
   *
   * @param <T> the type of the result
   * @param action the action
   * @return its result
   */
  public static <T> T inOwnLoader(Supplier<T> action) {
    Thread thread = Thread.currentThread();
    ClassLoader callers = thread.getContextClassLoader();
    thread.setContextClassLoader(EngineStart.class.getClassLoader());
    try {
      return action.get();
    } finally {
      thread.setContextClassLoader(callers);
    }
  }

  /** Turns off DJL's usage report and downloads for this process, unless the user has set them. */
  public static void stayOffline() {
    stayOffline(System.getenv(), System.getProperties());
  }

  static void stayOffline(Map<String, String> environment, Properties properties) {
    // The report has its own switch, so that allowing downloads does not allow the report too.
    if (!environment.containsKey("OPT_OUT_TRACKING")) {
      properties.putIfAbsent("OPT_OUT_TRACKING", "true");
    }
    if (!environment.containsKey("DJL_OFFLINE") && !properties.containsKey("offline")) {
      properties.putIfAbsent("ai.djl.offline", "true");
    }
  }

  /** Checks for the natives before DJL does: DJL's own message would be about a failed download. */
  private static void requireNatives() {
    @Nullable String override = Utils.getEnvOrSystemProperty("PYTORCH_LIBRARY_PATH");
    if (override != null) {
      Path libTorch = libTorchIn(override);
      if (!isBridgeBeside(libTorch)) {
        chooseBridge(libTorch);
        NativeCache.require("DJL's bridge to PyTorch", cache -> false);
      }
      return;
    }
    NativeCache.require("PyTorch's native libraries", EngineStart::holdsPyTorch);
    if (!Utils.isOfflineMode()) {
      return;
    }
    Platform platform = Platform.detectPlatform("pytorch");
    String classifier = platform.getClassifier();
    // The version the engine was built for; the natives found call themselves 2.7.1-20250812.
    Platform wanted = Platform.fromSystem("pytorch");
    // DJL calls a platform a placeholder if no jar on the class path has natives for it.
    if (platform.isPlaceholder()
        && !Files.exists(folder(Utils.getEngineCacheDir("pytorch"), platform).resolve(LIB_TORCH))) {
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

  /** Finds libtorch in the same places as DJL, which silently skips paths that do not exist. */
  private static Path libTorchIn(String paths) {
    for (String path : Splitter.on(File.pathSeparatorChar).split(paths)) {
      Path file = Path.of(path).endsWith(LIB_TORCH) ? Path.of(path) : Path.of(path, LIB_TORCH);
      if (Files.isRegularFile(file)) {
        return file.toAbsolutePath();
      }
    }
    throw new DeviceException(
        "PYTORCH_LIBRARY_PATH must name a folder that holds " + LIB_TORCH + ", but is: " + paths);
  }

  /**
   * Tells DJL which bridge in pytorch-jni fits the user's own libtorch. By default DJL asks on
   * Linux for a "-precxx11" bridge, which does not exist for this version.
   */
  private static void chooseBridge(Path libTorch) {
    if (Utils.getEnvOrSystemProperty("PYTORCH_FLAVOR") == null) {
      boolean cuda = Files.exists(libTorch.resolveSibling(System.mapLibraryName("torch_cuda")));
      System.setProperty("PYTORCH_FLAVOR", cuda ? CUDA_BRIDGE : CPU_BRIDGE);
    }
  }

  private static boolean isBridgeBeside(Path libTorch) {
    String version = Platform.fromSystem("pytorch").getApiVersion();
    return Files.exists(libTorch.resolveSibling(LIB_BRIDGE))
        || Files.exists(libTorch.resolveSibling(version + "-" + LIB_BRIDGE));
  }

  /** Whether nothing needs to be unpacked. */
  private static boolean holdsNatives(Path cache) {
    return Utils.getEnvOrSystemProperty("PYTORCH_LIBRARY_PATH") != null || holdsPyTorch(cache);
  }

  private static boolean holdsPyTorch(Path cache) {
    Platform platform = Platform.detectPlatform("pytorch");
    Path folder = folder(cache.resolve("pytorch"), platform);
    return Files.exists(folder.resolve(LIB_TORCH))
        && Files.exists(folder.resolve(platform.getApiVersion() + "-" + LIB_BRIDGE));
  }

  private static boolean holdsTokenizers(Path cache) {
    Platform platform = Platform.detectPlatform("tokenizers");
    return Files.exists(
        folder(cache.resolve("tokenizers"), platform).resolve(System.mapLibraryName("tokenizers")));
  }

  /** The folder into which DJL unpacks a platform's libraries, within its folder for the engine. */
  private static Path folder(Path ofEngine, Platform platform) {
    return ofEngine.resolve(
        String.join("-", platform.getVersion(), platform.getFlavor(), platform.getClassifier()));
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
