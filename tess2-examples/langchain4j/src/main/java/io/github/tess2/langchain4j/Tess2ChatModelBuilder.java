package io.github.tess2.langchain4j;

import static java.util.Objects.requireNonNull;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.langchain4j.model.chat.listener.ChatModelListener;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import io.github.tess2.DiffusionLM;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The common part of the builders of both chat models. Not thread-safe.
 *
 * @param <B> the builder itself
 */
abstract class Tess2ChatModelBuilder<B extends Tess2ChatModelBuilder<B>> {
  private static final String USUAL_NAME = "tess2";

  private @Nullable DiffusionLM model;
  private @Nullable Path modelPath;
  private String modelName = USUAL_NAME;
  private ChatRequestParameters defaults = Tess2ChatRequestParameters.EMPTY;
  private final Tess2ChatRequestParameters.Builder own = Tess2ChatRequestParameters.builder();
  private List<ChatModelListener> listeners = List.of();

  Tess2ChatModelBuilder() {}

  abstract B self();

  /**
   * Sets the model that answers. The chat model does not close it, and other chat models may use it
   * at the same time. Default: one that is loaded by {@code build()} and closed with the chat
   * model.
   *
   * @param model the model
   * @return this builder
   */
  @CanIgnoreReturnValue
  public B model(DiffusionLM model) {
    this.model = requireNonNull(model, "model");
    return self();
  }

  /**
   * Sets the checkpoint to load; the chat model's {@code close()} frees it. For a device, a
   * precision or limits of waiting, build a {@link DiffusionLM} and pass it to {@link #model}.
   * Default: the model that ships with the runtime.
   *
   * @param folder the checkpoint's folder, in the Hugging Face layout
   * @return this builder
   */
  @CanIgnoreReturnValue
  public B modelPath(Path folder) {
    this.modelPath = requireNonNull(folder, "model path");
    return self();
  }

  /**
   * Sets the model's name in requests and in the metadata of responses. A request that names
   * another model is refused. Default: {@code tess2}.
   *
   * @param name the name, not blank
   * @return this builder
   * @throws IllegalArgumentException if it is blank
   */
  @CanIgnoreReturnValue
  public B modelName(String name) {
    if (requireNonNull(name, "model name").isBlank()) {
      throw new IllegalArgumentException("model name must not be blank, but is: \"" + name + "\"");
    }
    this.modelName = name;
    return self();
  }

  /**
   * Sets default parameters of requests. The other setters of this builder take precedence.
   *
   * @param parameters LangChain4j's parameters or {@link Tess2ChatRequestParameters}
   * @return this builder
   */
  @CanIgnoreReturnValue
  public B defaultRequestParameters(ChatRequestParameters parameters) {
    this.defaults = requireNonNull(parameters, "default request parameters");
    return self();
  }

  /**
   * Sets the temperature. Logits are divided by it before a token is drawn. Default: the model's.
   *
   * @param temperature the temperature, at least 1e-6
   * @return this builder
   */
  @CanIgnoreReturnValue
  public B temperature(@Nullable Double temperature) {
    own.temperature(temperature);
    return self();
  }

  /**
   * Sets the probability mass of the nucleus that tokens are drawn from. Default: the model's.
   *
   * @param topP the mass, in (0, 1]
   * @return this builder
   */
  @CanIgnoreReturnValue
  public B topP(@Nullable Double topP) {
    own.topP(topP);
    return self();
  }

  /**
   * Sets the largest number of tokens of an answer. Default: the model's.
   *
   * @param tokens the number, at least 1
   * @return this builder
   */
  @CanIgnoreReturnValue
  public B maxOutputTokens(@Nullable Integer tokens) {
    own.maxOutputTokens(tokens);
    return self();
  }

  /**
   * Sets texts at which an answer is cut. The answer does not include them.
   *
   * @param texts the texts, none of them empty
   * @return this builder
   */
  @CanIgnoreReturnValue
  public B stopSequences(List<String> texts) {
    own.stopSequences(texts);
    return self();
  }

  /**
   * Sets the number of denoising steps. Default: the model's.
   *
   * @param steps the number, from 1 to 100,000
   * @return this builder
   */
  @CanIgnoreReturnValue
  public B steps(@Nullable Integer steps) {
    own.steps(steps);
    return self();
  }

  /**
   * Sets the seed, so that the same request always gets the same answer. Default: a new random seed
   * each time, returned by {@link Tess2ChatResponseMetadata#seed()}.
   *
   * @param seed the seed, any number
   * @return this builder
   */
  @CanIgnoreReturnValue
  public B seed(@Nullable Long seed) {
    own.seed(seed);
    return self();
  }

  /**
   * Sets the canvas policy, which chooses the positions that are generated now. Diffusion revises
   * every position that it generates, so only {@code blocks} lets an answer be streamed in pieces,
   * a block at a time. Default: that of the model, and a streamed answer arrives in one piece at
   * the end.
   *
   * @param spec name and options, such as {@code blocks:length=16}
   * @return this builder
   */
  @CanIgnoreReturnValue
  public B canvas(@Nullable String spec) {
    own.canvas(spec);
    return self();
  }

  /**
   * Sets the listeners of requests and responses.
   *
   * @param listeners the listeners, in the order in which they are called
   * @return this builder
   */
  @CanIgnoreReturnValue
  public B listeners(List<ChatModelListener> listeners) {
    this.listeners = List.copyOf(listeners);
    return self();
  }

  final ChatEngine engine() {
    if (model != null && modelPath != null) {
      throw new IllegalArgumentException(
          "model path must not be set together with a model, but is: " + modelPath);
    }
    Tess2ChatRequestParameters parameters =
        Tess2ChatRequestParameters.builder()
            .modelName(modelName)
            .overrideWith(defaults)
            .overrideWith(own.build())
            .build();
    Requests.requireSupported(parameters, modelName);
    if (model != null) {
      return new ChatEngine(model, false, modelName, parameters, listeners);
    }
    DiffusionLM.Builder builder = DiffusionLM.builder();
    if (modelPath != null) {
      builder.model(modelPath);
    }
    return new ChatEngine(builder.build(), true, modelName, parameters, listeners);
  }
}
