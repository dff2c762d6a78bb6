package io.github.tess2.training;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;

/**
 * Progress of the data check that precedes the first step.
 *
 * @param file the file being read
 * @param checked lines checked so far in all training or all evaluation files, without blank lines
 * @param total lines in all these files
 * @param cut number of checked lines with a chat that is cut to a sequence
 * @param skipped number of checked lines that are skipped because they do not fit ({@link
 *     Conventions.LongChats}, {@link Conventions.BlankContents})
 */
public record DataProgress(Path file, long checked, long total, long cut, long skipped) {
  /**
   * Checks the file.
   *
   * @param file the file being read
   * @param checked lines checked so far in all training or all evaluation files
   * @param total lines in all these files
   * @param cut number of checked lines with a chat that is cut to a sequence
   * @param skipped number of checked lines that are skipped because they do not fit
   */
  public DataProgress {
    requireNonNull(file, "file");
  }
}
