package io.github.tess2.springai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.tess2.DiffusionLM;
import io.github.tess2.GenerationRequest;
import io.micrometer.observation.tck.TestObservationRegistry;
import io.micrometer.observation.tck.TestObservationRegistryAssert;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.messages.UserMessage;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.chat.prompt.Prompt;

class Tess2ChatModelTest {
  private static final String SUM = "What is 347 + 85?";
  private static DiffusionLM lm;

  private final TestObservationRegistry registry = TestObservationRegistry.create();
  private final Tess2ChatModel model =
      Tess2ChatModel.builder(lm)
          .options(Tess2ChatOptions.builder().seed(7L).maxTokens(32).build())
          .observationRegistry(registry)
          .build();

  @BeforeAll
  static void open() {
    lm = DiffusionLM.builder().steps(10).build();
  }

  @AfterAll
  static void close() {
    lm.close();
  }

  private static Prompt ask(ChatOptions options) {
    return new Prompt(SUM, options);
  }

  @Test
  void call_sumOfTheModelsTasks_isAnsweredAndTold() {
    ChatResponse response = model.call(new Prompt(SUM));
    assertThat(response.getResult().getOutput().getText()).contains("432");
    assertThat(response.getResult().getMetadata().getFinishReason()).isEqualTo("STOP");
    assertThat(response.getMetadata().getModel()).isEqualTo("tess2");
    assertThat(response.getMetadata().<Long>get("seed")).isEqualTo(7);
    assertThat(response.getMetadata().<Integer>get("steps")).isEqualTo(10);
    assertThat(response.getMetadata().getUsage().getPromptTokens()).isPositive();
    assertThat(response.getMetadata().getUsage().getCompletionTokens()).isPositive();
  }

  @Test
  void call_observed_namesModelAndProvider() {
    model.call(new Prompt(SUM));
    TestObservationRegistryAssert.assertThat(registry)
        .hasObservationWithNameEqualTo("gen_ai.client.operation")
        .that()
        .hasLowCardinalityKeyValue("gen_ai.system", "tess2")
        .hasLowCardinalityKeyValue("gen_ai.response.model", "tess2")
        .hasBeenStarted()
        .hasBeenStopped();
  }

  @Test
  void stream_inBlocks_joinsToWhatCallAnswers() {
    Prompt prompt = ask(Tess2ChatOptions.builder().canvas("blocks:length=4").build());
    List<ChatResponse> pieces = model.stream(prompt).collectList().block();
    String joined =
        pieces.stream()
            .map(piece -> piece.getResult().getOutput().getText())
            .collect(Collectors.joining());
    assertThat(joined).isEqualTo(model.call(prompt).getResult().getOutput().getText());
    assertThat(pieces).hasSizeGreaterThan(2);
    TestObservationRegistryAssert.assertThat(registry)
        .hasObservationWithNameEqualTo("gen_ai.client.operation")
        .that()
        .hasHighCardinalityKeyValue("gen_ai.response.finish_reasons", "[\"STOP\"]")
        .hasBeenStopped();
  }

  @Test
  void stream_invalidOption_failsTheFlux() {
    Prompt prompt = ask(Tess2ChatOptions.builder().steps(0).build());
    assertThatThrownBy(() -> model.stream(prompt).blockLast())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("steps must be");
  }

  @Test
  void call_stopSequence_cutsTheAnswer() {
    ChatResponse response =
        model.call(ask(Tess2ChatOptions.builder().stopSequences(List.of("=")).build()));
    assertThat(response.getResult().getOutput().getText()).isNotBlank().doesNotContain("=");
  }

  @Test
  void call_optionsOfAnyModel_areObeyed() {
    ChatResponse response = model.call(ask(ChatOptions.builder().maxTokens(3).build()));
    assertThat(response.getMetadata().getUsage().getCompletionTokens()).isEqualTo(3);
    assertThat(response.getResult().getMetadata().getFinishReason()).isEqualTo("LENGTH");
  }

  @Test
  void call_cache_givesTheModelsAnswerWithIt() {
    ChatResponse response =
        model.call(ask(Tess2ChatOptions.builder().cache("refresh:every=4").build()));
    GenerationRequest same =
        GenerationRequest.builder(io.github.tess2.Prompt.user(SUM))
            .seed(7)
            .length(32)
            .cache("refresh:every=4")
            .build();
    assertThat(response.getResult().getOutput().getText()).isEqualTo(lm.generate(same).text());
  }

  @Test
  void call_unknownCache_isInvalid() {
    assertThatThrownBy(() -> model.call(ask(Tess2ChatOptions.builder().cache("none-such").build())))
        .hasMessageContaining("none-such");
  }

  @Test
  void mutate_keepsTheCache() {
    Tess2ChatOptions options = Tess2ChatOptions.builder().cache("refresh").build();
    assertThat(options.mutate().build()).isEqualTo(options);
    assertThat(options.mutate().cache(null).build()).isNotEqualTo(options);
  }

  @Test
  void call_topK_isRefused() {
    assertThatThrownBy(() -> model.call(ask(ChatOptions.builder().topK(5).build())))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessage("topK is not supported by this model");
  }

  @Test
  void call_otherModel_isRefused() {
    assertThatThrownBy(() -> model.call(ask(ChatOptions.builder().model("other").build())))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessage("model \"other\" is not supported: this model is \"tess2\"");
  }

  @Test
  void call_lastMessageNotTheUsers_isInvalid() {
    Prompt prompt = new Prompt(new UserMessage(SUM), new AssistantMessage("432"));
    assertThatThrownBy(() -> model.call(prompt))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a chat's last message must be the user's, but is: ASSISTANT");
  }
}
