package io.github.tess2.runtime.checkpoint;

/**
 * A stretch of text on its way into the tokenizer.
 *
 * @param text the text
 * @param control whether a special token spelled in it ({@code </s>}, say) stands for that token.
 *     True for what a template says; false for what a user says, where the same characters are
 *     nothing but characters
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
