package io.github.tess2;

import static java.util.Objects.requireNonNull;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The input of a request: a chat, a raw text to continue, or a text with blanks to fill. */
public sealed interface Prompt {

  /**
   * A chat in the TESS 2 template: each turn is its {@linkplain Role#marker() marker}, a line
   * break, the message without surrounding white space, and a line break. In an earlier answer, an
   * end-of-sequence token precedes that line break. The model answers after a final {@code
   * <|assistant|>} line.
   *
   * @param messages the turns in order, the last one the user's
   */
  record Chat(List<Message> messages) implements Prompt {
    /**
     * Copies and checks the turns.
     *
     * @param messages the turns in order
     * @throws NullPointerException if the list or a turn is null
     * @throws IllegalArgumentException if there is no turn, or the last one is not the user's
     */
    public Chat {
      messages = Checks.list("message", messages);
      if (messages.isEmpty()) {
        throw new IllegalArgumentException("a chat must have at least one message, but has: 0");
      }
      Role last = messages.get(messages.size() - 1).role();
      if (last != Role.USER) {
        throw new IllegalArgumentException(
            "a chat's last message must be the user's, but is: " + last);
      }
    }
  }

  /**
   * A text that the model continues, without a template.
   *
   * @param text the text, not empty
   */
  record Raw(String text) implements Prompt {
    /**
     * Checks the text.
     *
     * @param text the text
     * @throws NullPointerException if the text is null
     * @throws IllegalArgumentException if the text is empty
     */
    public Raw {
      Checks.text("prompt", text);
    }
  }

  /**
   * A text with blanks in any place. Each blank is filled with exactly its number of tokens.
   *
   * @param parts {@link String}s (not empty) and {@link Blank}s, at least one of them a blank
   */
  record Infill(List<Object> parts) implements Prompt {
    /**
     * Copies and checks the parts.
     *
     * @param parts {@link String}s (not empty) and {@link Blank}s
     * @throws NullPointerException if the list or a part is null
     * @throws IllegalArgumentException if a part is neither text nor blank, or none is a blank
     */
    public Infill {
      parts = Checks.list("infill part", parts);
      for (int i = 0; i < parts.size(); i++) {
        Object part = parts.get(i);
        if (part instanceof String text) {
          Checks.text("infill part " + i, text);
        } else if (!(part instanceof Blank)) {
          throw new IllegalArgumentException(
              "infill part "
                  + i
                  + " must be a String or a Blank, but is: "
                  + part.getClass().getName());
        }
      }
      if (parts.stream().noneMatch(Blank.class::isInstance)) {
        throw new IllegalArgumentException("an infill prompt must have at least one blank");
      }
    }

    /** Builds a text with blanks from its parts, in order. Not thread-safe. */
    public static final class Builder {
      private final List<Object> parts = new ArrayList<>();

      private Builder() {}

      /**
       * Appends given text.
       *
       * @param text not empty
       * @return this builder
       * @throws IllegalArgumentException if the text is empty
       */
      @CanIgnoreReturnValue
      public Builder text(String text) {
        parts.add(Checks.text("infill part " + parts.size(), text));
        return this;
      }

      /**
       * Appends a blank.
       *
       * @param tokens how many tokens the model fills in, at least one
       * @return this builder
       * @throws IllegalArgumentException if the number is not greater than zero
       */
      @CanIgnoreReturnValue
      public Builder blank(int tokens) {
        return blank(new Blank(tokens));
      }

      /**
       * Appends a blank.
       *
       * @param blank the blank
       * @return this builder
       */
      @CanIgnoreReturnValue
      public Builder blank(Blank blank) {
        parts.add(requireNonNull(blank, "infill part " + parts.size()));
        return this;
      }

      /**
       * {@return the prompt}
       *
       * @throws IllegalArgumentException if no blank has been appended
       */
      public Infill build() {
        return new Infill(parts);
      }
    }
  }

  /**
   * {@return a chat of one user message}
   *
   * @param message the message, not blank
   */
  static Prompt user(String message) {
    return new Chat(List.of(Message.user(message)));
  }

  /**
   * {@return a chat}
   *
   * @param messages the turns in order, the last one the user's
   */
  static Prompt chat(Message... messages) {
    requireNonNull(messages, "messages");
    return new Chat(Arrays.asList(messages));
  }

  /**
   * {@return a text to continue}
   *
   * @param text the text, not empty
   */
  static Prompt raw(String text) {
    return new Raw(text);
  }

  /**
   * Starts a text with blanks.
   *
   * <pre>{@code
   * Prompt prompt = Prompt.infill().text("The capital of ").blank(4).text(" is Paris.").build();
   * System.out.println(lm.generate(GenerationRequest.builder(prompt).build()).text());
   * }</pre>
   *
   * @return a new builder
   */
  static Infill.Builder infill() {
    return new Infill.Builder();
  }

  /**
   * {@return a text with blanks: {@code Prompt.infill("The capital of ", blank(4), " is Paris.")}}
   *
   * @param parts {@link String}s and {@link Blank}s in order, at least one of them a blank
   * @see #infill()
   */
  static Prompt infill(Object... parts) {
    requireNonNull(parts, "infill parts");
    return new Infill(Arrays.asList(parts));
  }
}
