package io.github.tess2;

import static java.util.Objects.requireNonNull;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What to generate: a {@link Prompt}, and any options that differ from the {@link DiffusionLM}'s.
 * Immutable.
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
  private final @Nullable Cancellation cancellation;

  private GenerationRequest(Builder builder) {
    this.prompt = builder.prompt;
    this.options = builder.options();
    this.cancellation = builder.cancellation;
  }

  /**
   * {@return a request to answer one user message, with the model's options}
   *
   * @param message the user's message, not blank
   */
  public static GenerationRequest of(String message) {
    return builder(Prompt.user(message)).build();
  }

  /**
   * Starts a request.
   *
   * @param prompt the prompt
   * @return a new builder
   */
  public static Builder builder(Prompt prompt) {
    return new Builder(prompt);
  }

  /** {@return a builder that starts with this request's prompt, options and cancellation} */
  public Builder toBuilder() {
    Builder builder = new Builder(prompt);
    builder.addAll(options);
    builder.cancellation = cancellation;
    return builder;
  }

  /** {@return the prompt} */
  public Prompt prompt() {
    return prompt;
  }

  /** {@return the options that this request sets} */
  public GenerationOptions options() {
    return options;
  }

  /** {@return the cancellation that this request was built with, if any} */
  public Optional<Cancellation> cancellation() {
    return Optional.ofNullable(cancellation);
  }

  /** Builds a {@link GenerationRequest}. Not thread-safe. */
  public static final class Builder extends OptionsBuilder<Builder> {
    private Prompt prompt;
    private @Nullable Cancellation cancellation;

    private Builder(Prompt prompt) {
      this.prompt = requireNonNull(prompt, "prompt");
    }

    @Override
    @CanIgnoreReturnValue
    Builder self() {
      return this;
    }

    /**
     * Sets the prompt, in place of the one that this builder was created with.
     *
     * @param prompt the prompt
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder prompt(Prompt prompt) {
      this.prompt = requireNonNull(prompt, "prompt");
      return this;
    }

    /**
     * Sets a cancellation for this request. Default: none.
     *
     * @param cancellation can be cancelled by the caller from any thread
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder cancellation(Cancellation cancellation) {
      this.cancellation = requireNonNull(cancellation, "cancellation");
      return this;
    }

    /**
     * {@return the request}
     *
     * @throws IllegalArgumentException if it is an infill and sets a length, which its blanks
     *     determine
     */
    public GenerationRequest build() {
      Integer length = options().length();
      if (prompt instanceof Prompt.Infill && length != null) {
        throw new IllegalArgumentException(
            "length must not be set for an infill, whose blanks say how wide they are, but is: "
                + length);
      }
      return new GenerationRequest(this);
    }
  }
}
