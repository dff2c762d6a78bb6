package io.github.tess2.runtime.engine;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import ai.djl.util.Utils;
import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import io.github.tess2.DeviceException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Chooses the folder that DJL unpacks native libraries into and loads them from. By default DJL
 * uses {@code .djl.ai} in the home directory, or else in the folder for temporary files, and trusts
 * its content. In a folder that all users share, anyone could place a library for others to load.
 *
 * <p>If the user names a folder (see {@link #SETTINGS}), it is used as it is. Otherwise the folder
 * is {@code .djl.ai} in the home directory, if that is writable or already contains the libraries,
 * or else a private folder of this user among the temporary files. From these two, nothing is
 * loaded that another user could have written.
 */
final class NativeCache {
  private static final Logger LOG = LoggerFactory.getLogger(NativeCache.class);

  /**
   * DJL's own settings, the one that takes precedence first. Each is an environment variable or a
   * system property.
   */
  static final List<String> SETTINGS = List.of("ENGINE_CACHE_DIR", "DJL_CACHE_DIR");

  /**
   * The property for the folder into which JNA unpacks its library. DJL uses JNA to look for CUDA.
   */
  private static final String JNA_FOLDER = "jna.tmpdir";

  /** The folders in DJL's cache from which libraries are loaded. */
  private static final List<String> ENGINES = List.of("pytorch", "tokenizers");

  /** The file that is locked by the process that unpacks. */
  private static final String LOCK = ".tess2-unpacking";

  private final Properties properties;
  private final List<String> refused = new ArrayList<>();

  NativeCache(Properties properties) {
    this.properties = properties;
  }

  /**
   * Chooses the folder, and tells DJL if it is not the one that DJL would choose.
   *
   * @param libraries what the libraries are called in messages
   * @param isUnpacked whether a cache folder already contains them
   * @throws DeviceException if there is no folder to unpack them into; the message names the
   *     folders tried and the setting
   */
  static synchronized void require(String libraries, Predicate<Path> isUnpacked) {
    for (String setting : SETTINGS) {
      @Nullable String named = Utils.getEnvOrSystemProperty(setting);
      if (named != null && !named.isEmpty()) {
        requireUsable(libraries, setting, named, isUnpacked);
        return;
      }
    }
    NativeCache cache = new NativeCache(System.getProperties());
    Path chosen =
        cache
            .choose(isUnpacked)
            .orElseThrow(
                () ->
                    new DeviceException(
                        libraries
                            + " must be unpacked into a folder, but "
                            + String.join(", and ", cache.refused)
                            + ". "
                            + remedy()));
    if (!chosen.equals(Utils.getEngineCacheDir())) {
      System.setProperty(SETTINGS.get(0), chosen.toString());
    }
  }

  private static void requireUsable(
      String libraries, String setting, String named, Predicate<Path> isUnpacked) {
    Path folder = pathOf(named).orElse(null);
    if (folder == null || (!isUnpacked.test(folder) && !canBeWritten(folder))) {
      throw new DeviceException(
          libraries
              + " must be unpacked into the folder that "
              + setting
              + " names, but it cannot be written: "
              + named
              + ". "
              + remedy());
    }
  }

  private static String remedy() {
    return "Set "
        + SETTINGS.get(1)
        + " (environment variable or system property) to a folder that this process can write, with"
        + " 460 MB free, or to one that they have been unpacked into before";
  }

  /** Chooses one of this user's folders; empty if none is writable. */
  Optional<Path> choose(Predicate<Path> isUnpacked) {
    Path home = pathOf(properties.getProperty("user.home")).filter(Path::isAbsolute).orElse(null);
    if (home == null || !Files.isDirectory(home)) {
      refused.add("there is no home directory (user.home is " + home(home) + ")");
    } else if (!FileStatus.isKnown(home)) {
      return Files.isWritable(home) ? Optional.of(home.resolve(".djl.ai")) : temporary();
    } else if (canBeWritten(home.resolve(".djl.ai"))) {
      Optional<Path> cache = trusted(home);
      if (cache.isPresent()) {
        return cache;
      }
    } else {
      refused.add(home + " (the home directory) cannot be written");
    }
    // JNA too would use a folder that others can create, or one below "?".
    Optional<Path> temporary = temporary();
    temporary.ifPresent(folder -> properties.putIfAbsent(JNA_FOLDER, folder.toString()));
    if (home != null && isUnpacked.test(home.resolve(".djl.ai"))) {
      Optional<Path> cache = trusted(home);
      if (cache.isPresent()) {
        return cache;
      }
    }
    temporary.ifPresent(
        folder ->
            LOG.info(
                "native libraries are in {}, since {}", folder, String.join(", and ", refused)));
    return temporary;
  }

  private String home(@Nullable Path home) {
    return home == null ? String.valueOf(properties.getProperty("user.home")) : home.toString();
  }

  /** The cache in a home directory, created if it is missing; empty if others can write to it. */
  private Optional<Path> trusted(Path home) {
    Path cache = home.resolve(".djl.ai");
    try {
      int me = myself(home);
      Optional<String> distrust =
          FileStatus.of(home).distrustAsParent(me).map(why -> home + " " + why);
      if (distrust.isEmpty()) {
        makePrivate(cache);
        distrust = distrust(cache, me);
      }
      distrust.ifPresent(refused::add);
      return distrust.isEmpty() ? Optional.of(cache) : Optional.empty();
    } catch (IOException e) {
      refused.add(cache + " cannot be used (" + e + ")");
      return Optional.empty();
    }
  }

  /** Checks the folder and everything that DJL would load from it. */
  private static Optional<String> distrust(Path cache, int me) throws IOException {
    List<Path> all = new ArrayList<>(List.of(cache));
    for (String engine : ENGINES) {
      addAll(cache.resolve(engine), all);
    }
    for (Path file : all) {
      try {
        Optional<String> reason = FileStatus.of(file).distrust(me);
        if (reason.isPresent()) {
          return reason.map(why -> file + " " + why);
        }
      } catch (NoSuchFileException e) {
        // Another process that unpacks into the same cache has moved it into place.
        LOG.debug("{} no longer exists", file);
      }
    }
    return Optional.empty();
  }

  private static void addAll(Path folder, List<Path> all) throws IOException {
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path visited, BasicFileAttributes attributes) {
            all.add(visited);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path visited, BasicFileAttributes attributes) {
            all.add(visited);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path visited, IOException failure)
              throws IOException {
            return postVisitDirectory(visited, failure);
          }

          @Override
          public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failure)
              throws IOException {
            if (failure == null || failure instanceof NoSuchFileException) {
              return FileVisitResult.CONTINUE;
            }
            throw failure;
          }
        });
  }

  /**
   * Runs an action that unpacks libraries into a cache, in one process at a time. Otherwise each
   * process would unpack its own copy, only to find at the end that another one was faster.
   *
   * @param cache the folder that was chosen
   * @param isUnpacked whether a cache folder already contains them; if so, there is no wait
   * @param work the action, run once, even if the lock cannot be taken
   */
  static <T> T unpacking(Path cache, Predicate<Path> isUnpacked, Supplier<T> work) {
    if (isUnpacked.test(cache)) {
      return work.get();
    }
    FileChannel channel;
    try {
      Files.createDirectories(cache);
      channel = FileChannel.open(cache.resolve(LOCK), CREATE, WRITE);
    } catch (IOException e) {
      LOG.debug("no lock in {}", cache, e);
      return work.get();
    }
    try (channel) {
      lock(channel);
      return work.get();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Takes the lock if possible. Some file systems have no locks, and another class loader of this
   * process may hold this one. DJL then makes sure that only complete libraries are loaded.
   */
  private static void lock(FileChannel channel) {
    try {
      channel.lock();
    } catch (IOException | OverlappingFileLockException e) {
      LOG.debug("the cache of native libraries is not locked", e);
    }
  }

  /**
   * A folder among the temporary files that nobody else can write to: the same one every time, or
   * else a new one.
   */
  private Optional<Path> temporary() {
    Path all =
        pathOf(properties.getProperty("java.io.tmpdir")).map(Path::toAbsolutePath).orElse(null);
    if (all == null || !Files.isDirectory(all) || !Files.isWritable(all)) {
      refused.add(all + " (java.io.tmpdir) cannot be written");
      return Optional.empty();
    }
    if (!FileStatus.isKnown(all)) {
      return Optional.of(all.resolve(".djl.ai"));
    }
    try {
      Path fresh = Files.createTempDirectory(all, "tess2-natives-");
      int me = FileStatus.of(fresh).uid();
      Path lasting = all.resolve("tess2-natives-" + me);
      makePrivate(lasting);
      FileStatus found = FileStatus.of(lasting, LinkOption.NOFOLLOW_LINKS);
      if (Files.isDirectory(lasting, LinkOption.NOFOLLOW_LINKS)
          && found.uid() == me
          && found.distrust(me).isEmpty()) {
        Files.delete(fresh);
        return Optional.of(lasting);
      }
      LOG.warn(
          "{} is not this user's own folder: native libraries are unpacked into {} for this process"
              + " only",
          lasting,
          fresh);
      deleteAtExit(fresh);
      return Optional.of(fresh);
    } catch (IOException e) {
      refused.add(all + " (java.io.tmpdir) cannot be used (" + e + ")");
      return Optional.empty();
    }
  }

  private static void makePrivate(Path folder) throws IOException {
    try {
      Files.createDirectory(
          folder,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    } catch (FileAlreadyExistsException e) {
      // The caller checks who owns it.
      LOG.debug("{} already exists", folder);
    }
  }

  /** The number of this process's user. Java knows the name at most, and not always. */
  private static int myself(Path writable) throws IOException {
    Path process = Path.of("/proc/self");
    if (Files.exists(process)) {
      return FileStatus.of(process).uid();
    }
    Path probe = Files.createTempFile(writable, ".tess2", null);
    try {
      return FileStatus.of(probe).uid();
    } finally {
      Files.delete(probe);
    }
  }

  private static void deleteAtExit(Path folder) {
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  try {
                    MoreFiles.deleteRecursively(folder, RecursiveDeleteOption.ALLOW_INSECURE);
                  } catch (NoSuchFileException e) {
                    LOG.debug("{} is already gone", folder);
                  } catch (IOException e) {
                    LOG.warn("not deleted: {}", folder, e);
                  }
                }));
  }

  /** Whether a folder can be written to or created. */
  private static boolean canBeWritten(Path folder) {
    Path existing = folder.toAbsolutePath();
    while (existing != null && !Files.exists(existing)) {
      existing = existing.getParent();
    }
    return existing != null && Files.isDirectory(existing) && Files.isWritable(existing);
  }

  private static Optional<Path> pathOf(@Nullable String text) {
    try {
      return text == null || text.isBlank() ? Optional.empty() : Optional.of(Path.of(text));
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }
}
