package io.github.tess2.examples.cli;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import io.github.tess2.Tess2Exception;
import io.github.tess2.runtime.files.FileProblem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The last checkpoint of a run, without the files that only training needs. */
final class PublishedModel {
  private PublishedModel() {}

  /**
   * Copies the model of a checkpoint. An existing target is removed once the copy is complete.
   *
   * @param checkpoint a folder that training wrote
   * @param target the folder to create
   * @throws Tess2Exception if it cannot be written
   */
  static void copy(Path checkpoint, Path target) {
    Path beside = target.resolveSibling(target.getFileName() + ".unfinished");
    try {
      delete(beside);
      Files.createDirectories(beside);
      for (Path file : files(checkpoint)) {
        Files.copy(file, beside.resolve(file.getFileName()));
      }
      delete(target);
      Files.move(beside, target);
    } catch (IOException e) {
      throw new Tess2Exception(
          "the model cannot be written: " + target + " (" + FileProblem.of(e) + ")", e);
    }
  }

  private static List<Path> files(Path checkpoint) throws IOException {
    try (Stream<Path> entries = Files.list(checkpoint)) {
      return entries.filter(Files::isRegularFile).toList();
    }
  }

  private static void delete(Path folder) throws IOException {
    if (Files.exists(folder)) {
      MoreFiles.deleteRecursively(folder, RecursiveDeleteOption.ALLOW_INSECURE);
    }
  }
}
