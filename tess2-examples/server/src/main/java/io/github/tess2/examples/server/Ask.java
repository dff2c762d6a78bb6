package io.github.tess2.examples.server;

import io.github.tess2.GenerationRequest;
import io.github.tess2.Prompt;
import io.github.tess2.examples.text.Guidances;
import io.github.tess2.examples.text.SettledRows;
import io.github.tess2.examples.text.Stops;
import java.util.List;
import java.util.Optional;

/**
 * A request's content, read and checked.
 *
 * @param endpoint the endpoint that it was sent to
 * @param choices the requested answers, in order
 * @param stops the texts at which answers are cut
 * @param stream whether the answer is sent as events
 * @param includeUsage whether the last event reports token counts
 * @param diffusing whether the whole canvas is sent after each step
 * @param guidances the guidances; closed once no answer needs them
 */
record Ask(
    Endpoint endpoint,
    List<Choice> choices,
    Stops stops,
    boolean stream,
    boolean includeUsage,
    boolean diffusing,
    Guidances.Lease guidances) {
  /** OpenAI's two endpoints. */
  enum Endpoint {
    /** Answers a conversation. */
    CHAT("chat", "chatcmpl-", "chat.completion", "chat.completion.chunk"),
    /** Continues a text, or fills blanks in it. */
    TEXT("text_completion", "cmpl-", "text_completion", "text_completion");

    private final String operation;
    private final String idPrefix;
    private final String object;
    private final String chunk;

    Endpoint(String operation, String idPrefix, String object, String chunk) {
      this.operation = operation;
      this.idPrefix = idPrefix;
      this.object = object;
      this.chunk = chunk;
    }

    /** OpenTelemetry's name of the operation. */
    String operation() {
      return operation;
    }

    /** The prefix of its ids. */
    String idPrefix() {
      return idPrefix;
    }

    /** The object type of a response, or of an event. */
    String object(boolean event) {
      return event ? chunk : object;
    }
  }

  /**
   * One answer.
   *
   * @param request the generation request
   * @param settled counts the rows that can no longer change; empty if all can change until the end
   * @param onlyBlank whether the answer's text is only the blank of the prompt, not the whole text
   */
  record Choice(GenerationRequest request, Optional<SettledRows> settled, boolean onlyBlank) {
    Prompt prompt() {
      return request.prompt();
    }
  }
}
