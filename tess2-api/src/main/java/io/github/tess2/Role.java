package io.github.tess2;

/** Who speaks in a chat. */
public enum Role {
  /** Standing instructions, before the first user message. */
  SYSTEM,
  /** The person asking. */
  USER,
  /** The model's own earlier answers. */
  ASSISTANT;

  /** {@return the marker this role's turn opens with in the TESS 2 chat text, {@code <|user|>}} */
  public String marker() {
    return switch (this) {
      case SYSTEM -> "<|system|>";
      case USER -> "<|user|>";
      case ASSISTANT -> "<|assistant|>";
    };
  }
}
