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
 * The one way to DJL's PyTorch engine. It keeps DJL off the network, and says which jar is missing
 * where DJL would go and download it.
 *
 * <p>Whatever touches {@link Engine} or DJL's tokenizers calls {@link #engine()} or {@link
 * #prepareTokenizers()} first: both classes report their use home as they load, and load native
 * libraries from a folder that {@link NativeCache} chooses.
 */
public final class EngineStart {
  private static final String ENGINE = "PyTorch";

  private static final String LIB_TORCH = System.mapLibraryName("torch");
  private static final String LIB_BRIDGE = System.mapLibraryName("djl_torch");

  /** The platforms that PyTorch's natives are published for as Maven classifiers. */
  private static final Set<String> PUBLISHED =
      Set.of("linux-x86_64", "linux-aarch64", "osx-aarch64", "win-x86_64");

  /** The flavours that pytorch-jni has the bridge in. */
  private static final String CPU_BRIDGE = "cpu";

  private static final String CUDA_BRIDGE = "cu128";

  private static final Logger LOG = LoggerFactory.getLogger(EngineStart.class);

  /** Once in a process: who opens a second model finds the engine there. */
  private static final AtomicBoolean BEGUN = new AtomicBoolean();

  private static @Nullable Engine engine;

  /** Why the natives did not load: they are tried once, and Java's next error says less. */
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
   * Begins to start the engine on a thread of its own, which takes most of a second, so that the
   * caller can read files meanwhile. {@link #engine()} waits for it. Where it fails, nothing is
   * told here: {@link #engine()} tries again, and its caller gets the failure.
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
      // A process that ends while the system loads a library for it may crash.
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
   * Prepares what DJL's tokenizers read as they load.
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
   * Does something with DJL where it finds its engines and natives: it looks for them in the
   * context class loader, which need not know them on a pool's thread; the loader of this class
   * does, for DJL is its dependency.
   *
   * @param <T> of the result
   * @param action what to do
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
    // What the engine was built for; the natives found call themselves 2.7.1-20250812.
    Platform wanted = Platform.fromSystem("pytorch");
    // A placeholder is DJL's word for a platform that no jar on the class path has natives for.
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

  /** Finds libtorch as DJL does, which passes over a path that leads nowhere without a word. */
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
   * Tells DJL which of the bridges in pytorch-jni fits a libtorch of the user's own. Left alone it
   * asks on Linux for a "-precxx11" one, of which there is none for this version.
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

  /** Whether nothing will be unpacked. */
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

  /** Where DJL unpacks a platform's libraries, in its folder for their engine. */
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
