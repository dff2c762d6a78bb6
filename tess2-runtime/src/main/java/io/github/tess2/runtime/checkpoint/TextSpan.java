package io.github.tess2.runtime.checkpoint;

/**
 * A part of a text for the tokenizer.
 *
 * @param text the text
 * @param control whether the spelling of a special token in it, such as {@code </s>}, means that
 *     token. True for text of a template; false for text of a user, in which the same characters
 *     are plain text
 */
public record TextSpan(String text, boolean control) {

  /** Text of a template: special tokens spelled in it are special tokens. */
  public static TextSpan template(String text) {
    return new TextSpan(text, true);
  }

  /** Text of a user: nothing in it is a special token. */
  public static TextSpan user(String text) {
    return new TextSpan(text, false);
  }
}
