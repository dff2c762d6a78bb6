package io.github.tess2;

/** Who speaks in a chat. */
public enum Role {
  /** System instructions, before the first user message. */
  SYSTEM,
  /** The person asking. */
  USER,
  /** The model's own earlier answers. */
  ASSISTANT;

  /**
   * {@return the marker that starts this role's turn in the TESS 2 chat template, such as {@code
   * <|user|>}}
   */
  public String marker() {
    return switch (this) {
      case SYSTEM -> "<|system|>";
      case USER -> "<|user|>";
      case ASSISTANT -> "<|assistant|>";
    };
  }
}
