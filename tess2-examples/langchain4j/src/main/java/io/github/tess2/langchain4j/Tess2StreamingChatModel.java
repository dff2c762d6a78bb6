package io.github.tess2.langchain4j;

import static java.util.Objects.requireNonNull;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.listener.ChatModelListener;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import io.github.tess2.Cancellation;
import java.util.List;

/**
 * Answers chats with a diffusion language model, in pieces.
 *
 * <p>Diffusion revises every position that it generates until the last step, and a sent piece
 * cannot be taken back, so only settled text is sent: with {@link Builder#canvas
 * canvas("blocks:length=16")} one block after another, with other canvases the whole answer at the
 * end. Joined, the pieces are the answer.
 *
 * <p>Handlers are called on the {@linkplain io.github.tess2.DiffusionLM.Builder#executor executor}
 * of the model, one call after another. If a handler throws, its {@code onError} is called and the
 * answer continues. Each piece comes with a handle. After its {@code cancel()}, the request ends
 * before its next step, and the handler is not called again. Thread-safe.
 */
public final class Tess2StreamingChatModel implements StreamingChatModel, AutoCloseable {
  private final ChatEngine engine;

  private Tess2StreamingChatModel(ChatEngine engine) {
    this.engine = engine;
  }

  /**
   * Starts to configure a chat model.
   *
   * @return a new builder
   */
  public static Builder builder() {
    return new Builder();
  }

  @Override
  public void doChat(ChatRequest request, StreamingChatResponseHandler handler) {
    requireNonNull(handler, "handler");
    Cancellation cancellation = new Cancellation();
    ChatEngine.Question question = engine.read(request, cancellation);
    new Stream(engine, question, cancellation, handler).start();
  }

  @Override
  public Tess2ChatRequestParameters defaultRequestParameters() {
    return engine.defaults();
  }

  @Override
  public List<ChatModelListener> listeners() {
    return engine.listeners();
  }

  /** Frees the model, unless the builder was given it. A second call does nothing. */
  @Override
  public void close() {
    engine.close();
  }

  /** Configures and loads a {@link Tess2StreamingChatModel}. Not thread-safe. */
  public static final class Builder extends Tess2ChatModelBuilder<Builder> {
    private Builder() {}

    @Override
    @CanIgnoreReturnValue
    Builder self() {
      return this;
    }

    /**
     * Builds the chat model, and loads a model if none was given. The caller closes it.
     *
     * @return the chat model
     * @throws dev.langchain4j.exception.UnsupportedFeatureException if the default parameters ask
     *     for an unsupported feature
     */
    public Tess2StreamingChatModel build() {
      return new Tess2StreamingChatModel(engine());
    }
  }
}
