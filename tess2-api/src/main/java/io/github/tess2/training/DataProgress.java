package io.github.tess2.training;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;

/**
 * How far the check of all data has come, before the first step.
 *
 * @param file that is being read
 * @param checked lines of all files of the kind so far, blank ones not counted
 * @param total lines of all these files
 * @param cut how many of them hold a chat that is cut to a sequence
 * @param skipped how many of them are passed over, since they do not fit ({@link
 *     Conventions.LongChats}, {@link Conventions.BlankContents})
 */
public record DataProgress(Path file, long checked, long total, long cut, long skipped) {
  /**
   * Checks the file.
   *
   * @param file as the component
   * @param checked as the component
   * @param total as the component
   * @param cut as the component
   * @param skipped as the component
   */
  public DataProgress {
    requireNonNull(file, "file");
  }
}
