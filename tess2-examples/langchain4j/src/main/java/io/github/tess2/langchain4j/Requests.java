package io.github.tess2.langchain4j;

import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.Content;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.TextContent;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.exception.UnsupportedFeatureException;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.request.ResponseFormatType;
import dev.langchain4j.model.chat.request.ToolChoice;
import io.github.tess2.GenerationRequest;
import io.github.tess2.Message;
import io.github.tess2.Prompt;
import io.github.tess2.examples.text.PluginChoices;
import io.github.tess2.examples.text.SamplingChoices;
import java.util.List;
import java.util.Locale;

/**
 * Converts LangChain4j's requests to this library's, and refuses features that the model does not
 * have.
 */
final class Requests {
  private Requests() {}

  /**
   * Refuses parameters that are not supported.
   *
   * @param modelName the only model name that a request may give
   */
  static void requireSupported(ChatRequestParameters parameters, String modelName) {
    if (parameters.modelName() != null && !parameters.modelName().equals(modelName)) {
      throw new UnsupportedFeatureException(
          String.format(
              Locale.ROOT,
              "modelName \"%s\" is not supported: this model is \"%s\"",
              parameters.modelName(),
              modelName));
    }
    refuse("topK", parameters.topK() != null);
    refuse("frequencyPenalty", parameters.frequencyPenalty() != null);
    refuse("presencePenalty", parameters.presencePenalty() != null);
    if (parameters.toolChoice() != null && parameters.toolChoice() != ToolChoice.AUTO) {
      throw new UnsupportedFeatureException(
          String.format(
              Locale.ROOT,
              "ToolChoice.%s is not supported by this model",
              parameters.toolChoice()));
    }
    if (!parameters.toolSpecifications().isEmpty()) {
      throw new UnsupportedFeatureException("tools are not supported by this model");
    }
    if (parameters.responseFormat() != null
        && parameters.responseFormat().type() == ResponseFormatType.JSON) {
      throw new UnsupportedFeatureException("JSON response format is not supported by this model");
    }
  }

  private static void refuse(String parameter, boolean set) {
    if (set) {
      throw new UnsupportedFeatureException(
          String.format(Locale.ROOT, "%s is not supported by this model", parameter));
    }
  }

  /** The generation request, without its canvas. */
  static GenerationRequest.Builder generation(
      ChatRequest request, Tess2ChatRequestParameters parameters) {
    List<Message> messages = request.messages().stream().map(Requests::message).toList();
    GenerationRequest.Builder builder = GenerationRequest.builder(new Prompt.Chat(messages));
    PluginChoices plugins =
        PluginChoices.builder()
            .noiseSchedule(parameters.noiseSchedule())
            .grid(parameters.grid())
            .sampler(parameters.sampler())
            .stoppingCriterion(parameters.stoppingCriterion())
            .cache(parameters.cache())
            .build();
    SamplingChoices.builder()
        .steps(parameters.steps())
        .length(parameters.maxOutputTokens())
        .seed(parameters.seed())
        .temperature(parameters.temperature())
        .topP(parameters.topP())
        .greedy(Boolean.TRUE.equals(parameters.greedy()))
        .plugins(plugins)
        .build()
        .applyTo(builder);
    return builder;
  }

  private static Message message(ChatMessage message) {
    if (message instanceof SystemMessage system) {
      return Message.system(system.text());
    }
    if (message instanceof UserMessage user) {
      if (user.name() != null) {
        throw new UnsupportedFeatureException(
            "the name of a user message is not supported by this model");
      }
      StringBuilder text = new StringBuilder();
      for (Content content : user.contents()) {
        text.append(text.isEmpty() ? "" : "\n").append(text(content));
      }
      return Message.user(text.toString());
    }
    if (message instanceof AiMessage answer) {
      if (answer.hasToolExecutionRequests()) {
        throw new UnsupportedFeatureException("tools are not supported by this model");
      }
      return Message.assistant(answer.text() == null ? "" : answer.text());
    }
    throw new UnsupportedFeatureException(
        String.format(
            Locale.ROOT, "messages of type %s are not supported by this model", message.type()));
  }

  private static String text(Content content) {
    if (content instanceof TextContent text) {
      return text.text();
    }
    throw new UnsupportedFeatureException(
        String.format(
            Locale.ROOT,
            "content of type %s is not supported by this model",
            content.type().name().toLowerCase(Locale.ROOT)));
  }
}
