package io.github.tess2.examples.tasks;

/**
 * A statement with one part to be found.
 *
 * @param key what it states; see {@link TaskItem#key()}
 * @param before the text before the part
 * @param blank the part, with the space before it, unless it opens the statement or follows an
 *     arithmetic sign; so it has the same tokens as in the statement
 * @param after the text after the part
 */
record Blanked(String key, String before, String blank, String after) {

  /** The whole statement. */
  String text() {
    return before + blank + after;
  }

  /** The statement with {@code _} in place of the part. */
  String open() {
    return before + (blank.startsWith(" ") ? " _" : "_") + after;
  }
}
