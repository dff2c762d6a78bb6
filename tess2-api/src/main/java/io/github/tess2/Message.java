package io.github.tess2;

import static java.util.Objects.requireNonNull;

/**
 * One turn of a chat.
 *
 * @param role who speaks
 * @param content what is said, not blank; the white space around it is ignored, see {@link
 *     #stripped}
 */
public record Message(Role role, String content) {
  /**
   * Checks the values.
   *
   * @param content what is said
   * @param role who speaks
   * @throws NullPointerException if either is null
   * @throws IllegalArgumentException if the content is blank
   */
  public Message {
    requireNonNull(role, "role");
    Checks.notBlank("message content", content);
  }

  /**
   * {@return the content as used in the chat template, without the white space around it}
   *
   * @see #strip
   */
  public String stripped() {
    return strip(content);
  }

  /**
   * Removes white space from both ends of a text, as the published chat template does with Python's
   * {@code str.strip}: unlike {@link String#strip}, no-break spaces and the next-line control
   * character are white space too. A zero-width space and a byte-order mark are not.
   *
   * @param text the text
   * @return the stripped text; empty if the text is blank
   */
  public static String strip(String text) {
    return PythonSpace.strip(requireNonNull(text, "text"));
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
   * {@return a turn with an earlier answer of the model}
   *
   * @param content what the model said, not blank
   */
  public static Message assistant(String content) {
    return new Message(Role.ASSISTANT, content);
  }

  /**
   * {@return a turn with system instructions}
   *
   * @param content the instructions, not blank
   */
  public static Message system(String content) {
    return new Message(Role.SYSTEM, content);
  }
}
