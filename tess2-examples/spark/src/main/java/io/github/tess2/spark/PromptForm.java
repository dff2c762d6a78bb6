package io.github.tess2.spark;

import io.github.tess2.Message;
import io.github.tess2.Prompt;
import io.github.tess2.examples.text.Blanks;

/** How a text of the prompt column is read. */
public enum PromptForm {
  /** A user's message; the answer is the assistant's. */
  MESSAGE {
    @Override
    Prompt read(String text) {
      return Prompt.chat(Message.user(text));
    }
  },

  /** A text without a template; the answer continues it. */
  RAW {
    @Override
    Prompt read(String text) {
      return Prompt.raw(text);
    }
  },

  /**
   * A text with blanks: {@code ____} has four tokens, {@code __12__} has twelve. The answer is the
   * whole text with its blanks filled.
   */
  INFILL {
    @Override
    Prompt read(String text) {
      return Blanks.parse(text);
    }
  };

  /**
   * Reads a prompt.
   *
   * @throws IllegalArgumentException if the text is blank, or an infill has no blank
   */
  abstract Prompt read(String text);
}
