package io.github.tess2;

import static java.util.Objects.requireNonNull;

/**
 * One turn of a chat.
 *
 * @param role who speaks
 * @param content what is said, not blank; blanks around it are left out
 */
public record Message(Role role, String content) {
  /**
   * Checks the parts.
   *
   * @param content as the component
   * @param role as the component
   * @throws NullPointerException if either is null
   * @throws IllegalArgumentException if the content is blank
   */
  public Message {
    requireNonNull(role, "role");
    Checks.notBlank("message content", content);
  }

  /**
   * {@return a user's turn}
   *
   * @param content what the user says, not blank
   */
  public static Message user(String content) {
    return new Message(Role.USER, content);
  }

  /**
   * {@return one of the model's earlier answers}
   *
   * @param content what the model said, not blank
   */
  public static Message assistant(String content) {
    return new Message(Role.ASSISTANT, content);
  }

  /**
   * {@return standing instructions}
   *
   * @param content the instructions, not blank
   */
  public static Message system(String content) {
    return new Message(Role.SYSTEM, content);
  }
}
