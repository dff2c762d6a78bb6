package io.github.tess2;

import static java.util.Objects.requireNonNull;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

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
  private final @Nullable Cancellation cancellation;

  private GenerationRequest(Builder builder) {
    this.prompt = builder.prompt;
    this.options = builder.options();
    this.cancellation = builder.cancellation;
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

  /** {@return what can cancel this request, where it was built with one} */
  public Optional<Cancellation> cancellation() {
    return Optional.ofNullable(cancellation);
  }

  /** Builds a {@link GenerationRequest}. Not thread-safe. */
  public static final class Builder extends OptionsBuilder<Builder> {
    private final Prompt prompt;
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
     * Sets what can cancel this request. Default: none.
     *
     * @param cancellation to be cancelled by the caller, from any thread
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
