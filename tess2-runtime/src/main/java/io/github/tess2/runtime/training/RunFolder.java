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
 * Which entries of an output folder are a run's own checkpoints. Others may have names that begin
 * alike: they are never deleted, written to or taken for a checkpoint.
 */
final class RunFolder {
  /** Where a checkpoint says, relative to its folder, what its run is and how far it has come. */
  static final String STATE = "training/state.json";

  private static final String PREFIX = "step-";
  private static final String UNFINISHED = ".unfinished";

  /** As {@link #checkpoint} and {@link #unfinished} write them, nothing else. */
  private static final Pattern NAME =
      Pattern.compile(PREFIX + "(0|[1-9]\\d{0,9})(" + Pattern.quote(UNFINISHED) + ")?");

  private RunFolder() {}

  /** Where a step's checkpoint lies. */
  static Path checkpoint(Path output, int step) {
    return output.resolve(PREFIX + step);
  }

  /** Where it is made. */
  static Path unfinished(Path output, int step) {
    return output.resolve(PREFIX + step + UNFINISHED);
  }

  /** Whether it is a whole checkpoint of a run. */
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

  /** Finds the newest whole checkpoint. */
  static Optional<Path> newest(Path output) {
    if (!Files.isDirectory(output)) {
      return Optional.empty();
    }
    return entries(output).stream()
        .filter(RunFolder::isCheckpoint)
        .max(Comparator.comparingLong(RunFolder::step));
  }

  /**
   * Checks that nobody else's entry lies where the run would put a checkpoint.
   *
   * @throws Tess2Exception if one does
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
                    + " none: move it, or choose another folder",
                entry));
      }
    }
  }

  /**
   * Deletes the checkpoints of other steps, and what was left of unfinished ones. One that somebody
   * has put something into stays as it is.
   */
  static void deleteOthers(Path output, Path kept) throws IOException {
    for (Path entry : entries(output)) {
      if (!entry.equals(kept) && isOwn(entry)) {
        delete(entry);
      }
    }
  }

  /** Deletes an unfinished checkpoint, where there is one. */
  static void deleteUnfinished(Path folder) throws IOException {
    if (Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
      if (!isOwn(folder)) {
        throw new IOException("it is in the way, and no run's own: " + folder);
      }
      delete(folder);
    }
  }

  private static void delete(Path folder) throws IOException {
    MoreFiles.deleteRecursively(folder, RecursiveDeleteOption.ALLOW_INSECURE);
  }

  /** Whether a run made the entry and all that is in it. */
  private static boolean isOwn(Path entry) {
    Matcher name = name(entry);
    if (!name.matches() || !Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
      return false;
    }
    boolean whole = name.group(2) == null;
    return (!whole || isCheckpoint(entry)) && holdsOnly(entry, TrainingState.FILES);
  }

  /** Whether a folder holds no other file than these, given relative to it, or parts of them. */
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

  /** A file on its way: its name, a random UUID, and {@code .tmp}. */
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
