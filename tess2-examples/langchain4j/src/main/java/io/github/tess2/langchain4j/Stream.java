package io.github.tess2.langchain4j;

import dev.langchain4j.model.chat.response.PartialResponse;
import dev.langchain4j.model.chat.response.PartialResponseContext;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.chat.response.StreamingHandle;
import io.github.tess2.Cancellation;
import io.github.tess2.DenoisingStep;
import io.github.tess2.GenerationListener.Signal;
import io.github.tess2.GenerationResult;
import io.github.tess2.examples.text.SettledText;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Streams one answer to a handler. */
final class Stream implements StreamingHandle {
  private static final Logger LOG = LoggerFactory.getLogger(Stream.class);

  private final ChatEngine engine;
  private final ChatEngine.Question question;
  private final Cancellation cancellation;
  private final StreamingChatResponseHandler handler;
  private final SettledText text;

  Stream(
      ChatEngine engine,
      ChatEngine.Question question,
      Cancellation cancellation,
      StreamingChatResponseHandler handler) {
    this.engine = engine;
    this.question = question;
    this.cancellation = cancellation;
    this.handler = handler;
    this.text = question.text(engine.lm().tokenizer());
  }

  // No caller waits for the future, so all failures go to the handler.
  @SuppressWarnings("FutureReturnValueIgnored")
  void start() {
    CompletableFuture<GenerationResult> answer;
    try {
      answer = engine.lm().generateAsync(question.request(), this::show);
    } catch (RuntimeException e) {
      fail(ChatEngine.mapped(e));
      return;
    }
    answer.whenComplete(this::end);
  }

  private Signal show(DenoisingStep step) {
    send(text.grow(step));
    return text.stopped() || isCancelled() ? Signal.CANCEL : Signal.CONTINUE;
  }

  private void end(@Nullable GenerationResult result, @Nullable Throwable thrown) {
    if (isCancelled()) {
      return;
    }
    if (result == null) {
      fail(thrown == null ? new IllegalStateException("no answer") : ChatEngine.mapped(thrown));
      return;
    }
    try {
      send(text.finish(result.text()));
    } catch (IllegalStateException e) {
      fail(e);
      return;
    }
    if (!isCancelled()) {
      call(() -> handler.onCompleteResponse(engine.response(question, result, text.sent())));
    }
  }

  private void send(String piece) {
    if (!piece.isEmpty() && !isCancelled()) {
      call(
          () ->
              handler.onPartialResponse(
                  new PartialResponse(piece), new PartialResponseContext(this)));
    }
  }

  /** Calls the handler. If it throws, passes the exception to its {@code onError}. */
  private void call(Runnable call) {
    try {
      call.run();
    } catch (RuntimeException e) {
      fail(e);
    }
  }

  private void fail(RuntimeException e) {
    try {
      handler.onError(e);
    } catch (RuntimeException thrown) {
      LOG.warn("The handler's onError threw; the answer continues", thrown);
    }
  }

  @Override
  public void cancel() {
    cancellation.cancel();
  }

  @Override
  public boolean isCancelled() {
    return cancellation.isCancelled();
  }
}
