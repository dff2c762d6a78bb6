package io.github.tess2;

/**
 * A gap in an infill prompt.
 *
 * @param tokens how many tokens the model fills in, at least one
 */
public record Blank(int tokens) {
  /**
   * Checks the number of tokens.
   *
   * @param tokens how many tokens the model fills in
   * @throws IllegalArgumentException if {@code tokens} is not positive
   */
  public Blank {
    Checks.positive("blank tokens", tokens);
  }

  /**
   * {@return a gap, for a static import: {@code Prompt.infill("The capital of ", blank(4), " is
   * Paris.")}}
   *
   * @param tokens how many tokens the model fills in, at least one
   */
  public static Blank blank(int tokens) {
    return new Blank(tokens);
  }
}
