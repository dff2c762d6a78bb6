package io.github.tess2.runtime.training;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import io.github.tess2.Tess2Exception;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Identifies the entries of an output folder that are a run's own checkpoints. Other entries may
 * have names with the same beginning: they are never deleted, written to or treated as checkpoints.
 */
final class RunFolder {
  /** The file, relative to a checkpoint's folder, that describes the run and its progress. */
  static final String STATE = "training/state.json";

  private static final String PREFIX = "step-";
  private static final String UNFINISHED = ".unfinished";

  /** Exactly the names that {@link #checkpoint} and {@link #unfinished} create. */
  private static final Pattern NAME =
      Pattern.compile(PREFIX + "(0|[1-9]\\d{0,9})(" + Pattern.quote(UNFINISHED) + ")?");

  private RunFolder() {}

  /** The folder of a step's checkpoint. */
  static Path checkpoint(Path output, int step) {
    return output.resolve(PREFIX + step);
  }

  /** The folder in which it is written. */
  static Path unfinished(Path output, int step) {
    return output.resolve(PREFIX + step + UNFINISHED);
  }

  /** Whether an entry is a complete checkpoint of a run. */
  static boolean isCheckpoint(Path entry) {
    Matcher name = name(entry);
    return name.matches() && name.group(2) == null && Files.isRegularFile(entry.resolve(STATE));
  }

  private static Matcher name(Path entry) {
    return NAME.matcher(entry.getFileName().toString());
  }

  private static long step(Path entry) {
    Matcher name = name(entry);
    return name.matches() ? Long.parseLong(name.group(1)) : -1;
  }

  /** Finds the newest complete checkpoint. */
  static Optional<Path> newest(Path output) {
    if (!Files.isDirectory(output)) {
      return Optional.empty();
    }
    return entries(output).stream()
        .filter(RunFolder::isCheckpoint)
        .max(Comparator.comparingLong(RunFolder::step));
  }

  /**
   * Checks that no foreign entry is in the place of a checkpoint of the run.
   *
   * @throws Tess2Exception if there is one
   */
  static void requireFree(Path output, int steps) {
    if (!Files.isDirectory(output)) {
      return;
    }
    for (Path entry : entries(output)) {
      long step = step(entry);
      if (step >= 0 && step <= steps && !isCheckpoint(entry) && !isOwn(entry)) {
        throw new Tess2Exception(
            String.format(
                Locale.ROOT,
                "an output folder must hold only checkpoints of its run under their names, but %s is"
                    + " not one: move it, or choose another folder",
                entry));
      }
    }
  }

  /**
   * Deletes the checkpoints of other steps, and the remains of unfinished ones. A folder into which
   * someone has put other files is left unchanged.
   */
  static void deleteOthers(Path output, Path kept) throws IOException {
    for (Path entry : entries(output)) {
      if (!entry.equals(kept) && isOwn(entry)) {
        delete(entry);
      }
    }
  }

  /** Deletes an unfinished checkpoint, if there is one. */
  static void deleteUnfinished(Path folder) throws IOException {
    if (Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
      if (!isOwn(folder)) {
        throw new IOException(
            "a checkpoint must be written there, but a run did not create it: " + folder);
      }
      delete(folder);
    }
  }

  private static void delete(Path folder) throws IOException {
    MoreFiles.deleteRecursively(folder, RecursiveDeleteOption.ALLOW_INSECURE);
  }

  /** Whether a run created the entry and everything in it. */
  private static boolean isOwn(Path entry) {
    Matcher name = name(entry);
    if (!name.matches() || !Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
      return false;
    }
    boolean whole = name.group(2) == null;
    return (!whole || isCheckpoint(entry)) && holdsOnly(entry, TrainingState.FILES);
  }

  /**
   * Whether a folder contains only these files, given relative to it, or incomplete versions of
   * them.
   */
  private static boolean holdsOnly(Path folder, List<String> files) {
    Set<String> names = files.stream().map(RunFolder::first).collect(Collectors.toSet());
    for (Path entry : entries(folder)) {
      String name = entry.getFileName().toString();
      if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
        List<String> inside = new ArrayList<>();
        for (String file : files) {
          if (file.startsWith(name + "/")) {
            inside.add(file.substring(name.length() + 1));
          }
        }
        if (inside.isEmpty() || !holdsOnly(entry, inside)) {
          return false;
        }
      } else if (!names.contains(name) && !isPart(name, names)) {
        return false;
      }
    }
    return true;
  }

  private static String first(String file) {
    int slash = file.indexOf('/');
    return slash < 0 ? file : file.substring(0, slash);
  }

  /**
   * Whether a name is that of an incomplete file: the file's name, a random UUID, and {@code .tmp}.
   */
  private static boolean isPart(String name, Set<String> names) {
    return names.stream()
        .anyMatch(
            whole ->
                name.matches(
                    Pattern.quote(whole) + "\\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\\.tmp"));
  }

  private static List<Path> entries(Path folder) {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.toList();
    } catch (IOException e) {
      throw new Tess2Exception("the folder cannot be read: " + folder + " (" + e + ")", e);
    }
  }
}
