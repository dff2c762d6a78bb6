package io.github.tess2;

import static java.util.Objects.requireNonNull;

import com.google.errorprone.annotations.CanIgnoreReturnValue;

/**
 * What to generate: a {@link Prompt}, and any option that should differ from the {@link
 * DiffusionLM}'s. Immutable.
 *
 * <pre>{@code
 * GenerationRequest request =
 *     GenerationRequest.builder(Prompt.user("Sort: pear, apple, fig"))
 *         .steps(50)
 *         .length(32)
 *         .seed(7)
 *         .build();
 * }</pre>
 */
public final class GenerationRequest {
  private final Prompt prompt;
  private final GenerationOptions options;

  private GenerationRequest(Builder builder) {
    this.prompt = builder.prompt;
    this.options = builder.options();
  }

  /**
   * {@return a request for an answer to one user message, with every option left to the model}
   *
   * @param message the user's message, not blank
   */
  public static GenerationRequest of(String message) {
    return builder(Prompt.user(message)).build();
  }

  /**
   * Starts a request.
   *
   * @param prompt what the model is asked
   * @return a new builder
   */
  public static Builder builder(Prompt prompt) {
    return new Builder(prompt);
  }

  /** {@return what the model is asked} */
  public Prompt prompt() {
    return prompt;
  }

  /** {@return what this request sets for itself} */
  public GenerationOptions options() {
    return options;
  }

  /** Builds a {@link GenerationRequest}. Not thread-safe. */
  public static final class Builder extends OptionsBuilder<Builder> {
    private final Prompt prompt;

    private Builder(Prompt prompt) {
      this.prompt = requireNonNull(prompt, "prompt");
    }

    @Override
    @CanIgnoreReturnValue
    Builder self() {
      return this;
    }

    /**
     * {@return the request}
     *
     * @throws IllegalArgumentException if it is an infill and sets a length: its blanks say it
     */
    public GenerationRequest build() {
      if (prompt instanceof Prompt.Infill && length != null) {
        throw new IllegalArgumentException(
            "length must not be set for an infill, whose blanks say how wide they are, but is: "
                + length);
      }
      return new GenerationRequest(this);
    }
  }
}
