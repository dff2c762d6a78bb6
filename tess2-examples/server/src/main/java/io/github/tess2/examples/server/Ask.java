package io.github.tess2.examples.server;

import io.github.tess2.GenerationRequest;
import io.github.tess2.Prompt;
import io.github.tess2.examples.text.Guidances;
import io.github.tess2.examples.text.SettledRows;
import io.github.tess2.examples.text.Stops;
import java.util.List;
import java.util.Optional;

/**
 * What a request asks for, read and checked.
 *
 * @param endpoint which interface it came by
 * @param choices the answers it wants, in order
 * @param stops where answers are cut
 * @param stream whether it wants events
 * @param includeUsage whether the last event should tell of tokens
 * @param diffusing whether it wants the whole canvas after each step
 * @param guidances closed when no answer needs them any more
 */
record Ask(
    Endpoint endpoint,
    List<Choice> choices,
    Stops stops,
    boolean stream,
    boolean includeUsage,
    boolean diffusing,
    Guidances.Lease guidances) {
  /** OpenAI's two ways to ask. */
  enum Endpoint {
    /** A conversation. */
    CHAT("chat", "chatcmpl-", "chat.completion", "chat.completion.chunk"),
    /** A text to go on from, or with blanks. */
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

    /** OpenTelemetry's name of it. */
    String operation() {
      return operation;
    }

    /** What its ids begin with. */
    String idPrefix() {
      return idPrefix;
    }

    /** What a response, or an event of one, is called. */
    String object(boolean event) {
      return event ? chunk : object;
    }
  }

  /**
   * One answer.
   *
   * @param request what to generate
   * @param settled tells which rows can no longer change; empty where all can until the end
   * @param onlyBlank whether the answer's text is the one blank of the prompt, rather than all of
   *     it
   */
  record Choice(GenerationRequest request, Optional<SettledRows> settled, boolean onlyBlank) {
    Prompt prompt() {
      return request.prompt();
    }
  }
}
