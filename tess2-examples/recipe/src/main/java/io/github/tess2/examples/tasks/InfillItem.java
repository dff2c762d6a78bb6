package io.github.tess2.examples.tasks;

/**
 * A plain text with a blank that only the text after it determines.
 *
 * @param id unique within its set, as in {@code "infill-17"}
 * @param kind {@code "equation"}, {@code "story"}, {@code "fact"} or {@code "conversion"}
 * @param key what it states; see {@link TaskItem#key()}
 * @param before the text before the blank
 * @param blank the right filling, with the space before it
 * @param after the text after the blank; empty in {@link #withoutRight()}
 */
public record InfillItem(
    String id, String kind, String key, String before, String blank, String after) {

  /**
   * The same item without the text after the blank. It shows what a model achieves without looking
   * to the right.
   */
  public InfillItem withoutRight() {
    return new InfillItem(id, kind, key, before, blank, "");
  }

  /** The whole text with the blank filled. */
  public String text() {
    return before + blank + after;
  }

  /** Returns a check of generated fillings. It ignores white space around them. */
  public TaskCheck check() {
    return TaskCheck.text(blank);
  }
}
