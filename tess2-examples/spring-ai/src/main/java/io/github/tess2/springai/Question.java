package io.github.tess2.springai;

import io.github.tess2.Cancellation;
import io.github.tess2.GenerationRequest;
import io.github.tess2.Message;
import io.github.tess2.Tokenizer;
import io.github.tess2.examples.text.PluginChoices;
import io.github.tess2.examples.text.SamplingChoices;
import io.github.tess2.examples.text.SettledRows;
import io.github.tess2.examples.text.SettledText;
import io.github.tess2.examples.text.Stops;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.messages.SystemMessage;
import org.springframework.ai.chat.messages.UserMessage;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.model.tool.ToolCallingChatOptions;
import org.springframework.util.CollectionUtils;

/**
 * One question.
 *
 * @param request the generation request
 * @param rows count the settled rows; empty if every row can change until the end
 * @param stops the texts at which the answer is cut
 */
record Question(GenerationRequest request, Optional<SettledRows> rows, Stops stops) {
  SettledText text(Tokenizer tokenizer) {
    return new SettledText(request.prompt(), tokenizer, rows, stops);
  }

  /**
   * Reads a prompt whose options are all in it.
   *
   * @throws UnsupportedOperationException if it asks for a feature that the model does not have
   * @throws IllegalArgumentException if it is not valid
   */
  static Question read(
      Prompt prompt, Tess2ChatOptions options, String model, Cancellation cancellation) {
    requireSupported(prompt, options, model);
    List<Message> messages = prompt.getInstructions().stream().map(Question::message).toList();
    GenerationRequest.Builder builder =
        GenerationRequest.builder(new io.github.tess2.Prompt.Chat(messages))
            .cancellation(cancellation);
    sampling(options).applyTo(builder);
    String canvas = options.getCanvas();
    Optional<SettledRows> rows = Optional.empty();
    if (canvas != null) {
      rows = SettledRows.of(canvas);
      rows.ifPresentOrElse(builder::canvas, () -> builder.canvas(canvas));
    }
    List<String> stops = options.getStopSequences();
    return new Question(
        builder.build(),
        rows,
        new Stops(stops == null ? List.of() : stops.stream().distinct().toList()));
  }

  /** All sampling options except the canvas, which is set separately because it may be watched. */
  private static SamplingChoices sampling(Tess2ChatOptions options) {
    PluginChoices plugins =
        PluginChoices.builder()
            .noiseSchedule(options.getNoiseSchedule())
            .grid(options.getGrid())
            .sampler(options.getSampler())
            .stoppingCriterion(options.getStoppingCriterion())
            .cache(options.getCache())
            .build();
    return SamplingChoices.builder()
        .steps(options.getSteps())
        .length(options.getMaxTokens())
        .seed(options.getSeed())
        .temperature(options.getTemperature())
        .topP(options.getTopP())
        .greedy(Boolean.TRUE.equals(options.getGreedy()))
        .plugins(plugins)
        .build();
  }

  private static void requireSupported(Prompt prompt, Tess2ChatOptions options, String model) {
    if (options.getModel() != null && !options.getModel().equals(model)) {
      throw new UnsupportedOperationException(
          String.format(
              Locale.ROOT,
              "model \"%s\" is not supported: this model is \"%s\"",
              options.getModel(),
              model));
    }
    refuse("topK", options.getTopK() != null);
    refuse("frequencyPenalty", options.getFrequencyPenalty() != null);
    refuse("presencePenalty", options.getPresencePenalty() != null);
    refuse(
        "calling tools",
        prompt.getOptions() instanceof ToolCallingChatOptions tools
            && !CollectionUtils.isEmpty(tools.getToolCallbacks()));
  }

  private static void refuse(String what, boolean asked) {
    if (asked) {
      throw new UnsupportedOperationException(what + " is not supported by this model");
    }
  }

  private static Message message(org.springframework.ai.chat.messages.Message message) {
    String text = message.getText() == null ? "" : message.getText();
    if (message instanceof SystemMessage) {
      return Message.system(text);
    }
    if (message instanceof UserMessage user) {
      refuse("media in messages", !user.getMedia().isEmpty());
      return Message.user(text);
    }
    if (message instanceof AssistantMessage answer) {
      refuse("calling tools", answer.hasToolCalls());
      refuse("media in messages", !answer.getMedia().isEmpty());
      return Message.assistant(text);
    }
    throw new UnsupportedOperationException(
        String.format(
            Locale.ROOT,
            "messages of type %s are not supported by this model",
            message.getMessageType()));
  }
}
