package io.github.tess2.springai;

import static java.util.Objects.requireNonNull;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.github.tess2.Cancellation;
import io.github.tess2.DiffusionLM;
import io.github.tess2.FinishReason;
import io.github.tess2.GenerationListener.Signal;
import io.github.tess2.GenerationResult;
import io.github.tess2.Message;
import io.github.tess2.examples.text.SettledText;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.contextpropagation.ObservationThreadLocalAccessor;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.metadata.ChatGenerationMetadata;
import org.springframework.ai.chat.metadata.ChatResponseMetadata;
import org.springframework.ai.chat.metadata.DefaultUsage;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.Generation;
import org.springframework.ai.chat.model.MessageAggregator;
import org.springframework.ai.chat.observation.ChatModelObservationContext;
import org.springframework.ai.chat.observation.ChatModelObservationConvention;
import org.springframework.ai.chat.observation.ChatModelObservationDocumentation;
import org.springframework.ai.chat.observation.DefaultChatModelObservationConvention;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.chat.prompt.Prompt;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;

/**
 * Answers chats with a diffusion language model.
 *
 * <p>{@link #stream} sends what has settled: diffusion revises every position that it generates
 * until the last step, so an answer arrives block by block with the canvas {@code
 * blocks:length=16}, and in one piece at the end with other canvases. Joined, the pieces are the
 * answer. Cancelling the subscription ends the request before its next step.
 *
 * <p>The metadata of an answer has its {@code seed}, its {@code steps} and its mean {@code
 * confidence}. Prompt tokens are those of the messages' texts, without the template around them.
 *
 * <p>Unsupported features (tools, media, top-k, penalties, another model) fail with an {@link
 * UnsupportedOperationException}, options out of range with an {@link IllegalArgumentException}.
 * Thread-safe; does not close its {@link DiffusionLM}.
 */
public final class Tess2ChatModel implements ChatModel {
  private static final String PROVIDER = "tess2";
  private static final ChatModelObservationConvention USUAL_CONVENTION =
      new DefaultChatModelObservationConvention();

  private final DiffusionLM lm;
  private final String name;
  private final Tess2ChatOptions defaults;
  private final ObservationRegistry registry;
  private final @Nullable ChatModelObservationConvention convention;

  private Tess2ChatModel(Builder builder) {
    this.lm = builder.lm;
    String asked = builder.options.getModel();
    this.name = asked == null ? PROVIDER : asked;
    this.defaults = builder.options.mutate().model(name).build();
    this.registry = builder.registry;
    this.convention = builder.convention;
  }

  /**
   * Starts to configure a chat model.
   *
   * @param lm the model that answers; the caller closes it
   * @return a new builder
   */
  public static Builder builder(DiffusionLM lm) {
    return new Builder(lm);
  }

  @Override
  public Tess2ChatOptions getOptions() {
    return defaults;
  }

  @Override
  public ChatResponse call(Prompt prompt) {
    Prompt whole = withDefaults(prompt);
    ChatModelObservationContext context = context(whole, false);
    Observation observation = observation(context);
    return requireNonNull(
        observation.observe(
            () -> {
              Question question = read(prompt, whole, new Cancellation());
              GenerationResult result = lm.generate(question.request());
              ChatResponse response =
                  response(question, result, question.stops().cut(result.text()));
              context.setResponse(response);
              return response;
            }));
  }

  @Override
  public Flux<ChatResponse> stream(Prompt prompt) {
    return Flux.deferContextual(
        subscriber -> {
          Prompt whole = withDefaults(prompt);
          ChatModelObservationContext context = context(whole, true);
          Observation observation = observation(context);
          observation
              .parentObservation(
                  subscriber.getOrDefault(ObservationThreadLocalAccessor.KEY, (Observation) null))
              .start();
          Flux<ChatResponse> pieces =
              Flux.<ChatResponse>create(sink -> send(prompt, whole, sink))
                  .doOnError(observation::error)
                  .doFinally(signal -> observation.stop())
                  .contextWrite(c -> c.put(ObservationThreadLocalAccessor.KEY, observation));
          return new MessageAggregator().aggregate(pieces, context::setResponse);
        });
  }

  // No caller waits for the future, so all failures go to the sink.
  @SuppressWarnings("FutureReturnValueIgnored")
  private void send(Prompt prompt, Prompt whole, FluxSink<ChatResponse> sink) {
    Cancellation cancellation = new Cancellation();
    sink.onCancel(cancellation::cancel);
    Question question = read(prompt, whole, cancellation);
    SettledText text = question.text(lm.tokenizer());
    lm.generateAsync(
            question.request(),
            step -> {
              String piece = text.grow(step);
              if (!piece.isEmpty()) {
                sink.next(new ChatResponse(List.of(new Generation(new AssistantMessage(piece)))));
              }
              return text.stopped() ? Signal.CANCEL : Signal.CONTINUE;
            })
        .whenComplete(
            (result, thrown) -> {
              if (thrown != null) {
                Throwable cause = thrown.getCause();
                sink.error(thrown instanceof CompletionException && cause != null ? cause : thrown);
                return;
              }
              try {
                sink.next(response(question, result, text.finish(result.text())));
                sink.complete();
              } catch (RuntimeException e) {
                sink.error(e);
              }
            });
  }

  private Question read(Prompt prompt, Prompt whole, Cancellation cancellation) {
    return Question.read(
        prompt, (Tess2ChatOptions) requireNonNull(whole.getOptions()), name, cancellation);
  }

  private Prompt withDefaults(Prompt prompt) {
    ChatOptions asked = prompt.getOptions();
    Tess2ChatOptions options =
        asked == null ? defaults : defaults.mutate().combineWith(asked.mutate()).build();
    return new Prompt(prompt.getInstructions(), options);
  }

  private static ChatModelObservationContext context(Prompt prompt, boolean streaming) {
    return ChatModelObservationContext.builder()
        .prompt(prompt)
        .provider(PROVIDER)
        .streaming(streaming)
        .build();
  }

  private Observation observation(ChatModelObservationContext context) {
    return ChatModelObservationDocumentation.CHAT_MODEL_OPERATION.observation(
        convention, USUAL_CONVENTION, () -> context, registry);
  }

  /** The response with an answer, or with the rest of a streamed one, and its metadata. */
  private ChatResponse response(Question question, GenerationResult result, String text) {
    boolean cut = question.stops().find(result.text()) >= 0;
    boolean full = result.finishReason() == FinishReason.LENGTH && !cut;
    int input =
        ((io.github.tess2.Prompt.Chat) question.request().prompt())
            .messages().stream()
                .map(Message::content)
                .mapToInt(content -> lm.tokenizer().encode(content).length())
                .sum();
    int output = result.tokenIds().length();
    ChatResponseMetadata metadata =
        ChatResponseMetadata.builder()
            .id("tess2-" + UUID.randomUUID())
            .model(name)
            .usage(new DefaultUsage(input, output, input + output))
            .keyValue("seed", result.seed())
            .keyValue("steps", result.steps())
            .keyValue("confidence", result.confidence().mean())
            .build();
    ChatGenerationMetadata ending =
        ChatGenerationMetadata.builder().finishReason(full ? "LENGTH" : "STOP").build();
    return new ChatResponse(List.of(new Generation(new AssistantMessage(text), ending)), metadata);
  }

  /** Configures a {@link Tess2ChatModel}. Not thread-safe. */
  public static final class Builder {
    private final DiffusionLM lm;
    private Tess2ChatOptions options = Tess2ChatOptions.builder().build();
    private ObservationRegistry registry = ObservationRegistry.NOOP;
    private @Nullable ChatModelObservationConvention convention;

    private Builder(DiffusionLM lm) {
      this.lm = requireNonNull(lm, "lm");
    }

    /**
     * Sets the default options of prompts. Their {@code model} is the name of this model; a prompt
     * that names another model is refused. Default: nothing set, and the name {@code tess2}.
     *
     * @param options the options
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder options(Tess2ChatOptions options) {
      this.options = requireNonNull(options, "options");
      return this;
    }

    /**
     * Sets the registry that observes calls. Default: none.
     *
     * @param registry Micrometer's registry
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder observationRegistry(ObservationRegistry registry) {
      this.registry = requireNonNull(registry, "registry");
      return this;
    }

    /**
     * Sets the naming convention of observations. Default: Spring AI's names.
     *
     * @param convention the convention
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder observationConvention(ChatModelObservationConvention convention) {
      this.convention = requireNonNull(convention, "convention");
      return this;
    }

    /** {@return the chat model} */
    public Tess2ChatModel build() {
      return new Tess2ChatModel(this);
    }
  }
}
