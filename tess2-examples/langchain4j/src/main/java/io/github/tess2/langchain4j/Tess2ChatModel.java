package io.github.tess2.langchain4j;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.listener.ChatModelListener;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import io.github.tess2.Cancellation;
import io.github.tess2.GenerationResult;
import java.util.List;

/**
 * Answers chats with a diffusion language model.
 *
 * <pre>{@code
 * try (Tess2ChatModel model = Tess2ChatModel.builder().steps(20).maxOutputTokens(32).build()) {
 *   System.out.println(model.chat("What is 347 + 85?"));
 * }
 * }</pre>
 *
 * <p>Thread-safe: requests of all threads share each denoising step. An interrupt ends a call with
 * a {@link io.github.tess2.GenerationInterruptedException}. An invalid request fails with an {@link
 * dev.langchain4j.exception.InvalidRequestException}. If too many requests are waiting, it fails
 * with a {@link dev.langchain4j.exception.RateLimitException}.
 */
public final class Tess2ChatModel implements ChatModel, AutoCloseable {
  private final ChatEngine engine;

  private Tess2ChatModel(ChatEngine engine) {
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
  public ChatResponse doChat(ChatRequest request) {
    ChatEngine.Question question = engine.read(request, new Cancellation());
    GenerationResult result;
    try {
      result = engine.lm().generate(question.request());
    } catch (RuntimeException e) {
      throw ChatEngine.mapped(e);
    }
    return engine.response(question, result, question.stops().cut(result.text()));
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

  /** Configures and loads a {@link Tess2ChatModel}. Not thread-safe. */
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
    public Tess2ChatModel build() {
      return new Tess2ChatModel(engine());
    }
  }
}
