package io.github.tess2.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.exception.InvalidRequestException;
import dev.langchain4j.exception.UnsupportedFeatureException;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.common.AbstractStreamingChatModelIT;
import dev.langchain4j.model.chat.common.ChatResponseAndStreamingMetadata;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.service.AiServices;
import dev.langchain4j.service.SystemMessage;
import io.github.tess2.GenerationRequest;
import io.github.tess2.Prompt;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Tests what LangChain4j's suites do not cover: this library's parameters and messages, and the
 * unguided model.
 */
class Tess2ChatModelTest {
  private static final String SUM = "What is 347 + 85?";

  private static Models models;
  private static Tess2ChatModel model;

  @BeforeAll
  static void open() {
    models = new Models();
    model = Tess2ChatModel.builder().model(models.free()).build();
  }

  @AfterAll
  static void close() {
    models.close();
  }

  private static ChatRequest ask(ChatRequestParameters parameters) {
    return ChatRequest.builder().messages(UserMessage.from(SUM)).parameters(parameters).build();
  }

  /** An interface by which an application declares its questions. */
  interface Calculator {
    @SystemMessage("Answer.")
    String compute(String question);
  }

  @Test
  void chat_sumOfTheModelsTasks_isAnswered() {
    assertThat(model.chat(SUM)).contains("432");
  }

  @Test
  void aiService_overTheModel_answers() {
    ChatModel chat = Tess2ChatModel.builder().model(models.guided()).build();
    Calculator calculator = AiServices.create(Calculator.class, chat);
    assertThat(calculator.compute("What is the capital of Germany?")).isEqualTo("It is Berlin.");
  }

  @Test
  void chat_parametersOfDiffusion_areObeyedAndTold() {
    ChatResponse response =
        model.chat(
            ask(
                Tess2ChatRequestParameters.builder()
                    .steps(3)
                    .seed(99L)
                    .noiseSchedule("sigmoid")
                    .build()));
    Tess2ChatResponseMetadata metadata = (Tess2ChatResponseMetadata) response.metadata();
    assertThat(metadata.steps()).isEqualTo(3);
    assertThat(metadata.seed()).isEqualTo(99);
    assertThat(metadata.confidence()).isBetween(0.0, 1.0);
    assertThat(metadata.toBuilder().build()).isEqualTo(metadata);
  }

  @Test
  void chat_sameSeed_streamsWhatItAnswers() {
    ChatRequest request =
        ask(Tess2ChatRequestParameters.builder().seed(3L).canvas(Models.BLOCKS).build());
    Tess2StreamingChatModel streaming =
        Tess2StreamingChatModel.builder().model(models.free()).build();
    ChatResponseAndStreamingMetadata streamed =
        AbstractStreamingChatModelIT.chat(streaming, request, handle -> {}, 60, true);
    assertThat(streamed.chatResponse().aiMessage()).isEqualTo(model.chat(request).aiMessage());
    assertThat(streamed.streamingMetadata().concatenatedPartialResponses())
        .isEqualTo(streamed.chatResponse().aiMessage().text());
  }

  @Test
  void chat_unknownSampler_isAnInvalidRequest() {
    ChatRequest request = ask(Tess2ChatRequestParameters.builder().sampler("none-such").build());
    assertThatThrownBy(() -> model.chat(request))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("none-such");
  }

  @Test
  void chat_cache_givesTheModelsAnswerWithIt() {
    ChatRequest request =
        ask(Tess2ChatRequestParameters.builder().seed(3L).cache("refresh:every=4").build());
    GenerationRequest same =
        GenerationRequest.builder(Prompt.user(SUM)).seed(3).cache("refresh:every=4").build();
    assertThat(model.chat(request).aiMessage().text())
        .isEqualTo(models.free().generate(same).text());
  }

  @Test
  void chat_unknownCache_isAnInvalidRequest() {
    ChatRequest request = ask(Tess2ChatRequestParameters.builder().cache("none-such").build());
    assertThatThrownBy(() -> model.chat(request))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("none-such");
  }

  @Test
  void chat_greedyBesideTopP_isAnInvalidRequest() {
    ChatRequest request = ask(Tess2ChatRequestParameters.builder().greedy(true).topP(0.5).build());
    assertThatThrownBy(() -> model.chat(request))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessage("topP must not be set together with greedy, but is: 0.5");
  }

  @Test
  void chat_lastMessageNotTheUsers_isAnInvalidRequest() {
    assertThatThrownBy(() -> model.chat(UserMessage.from(SUM), AiMessage.from("432")))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessage("a chat's last message must be the user's, but is: ASSISTANT");
  }

  @Test
  void chat_penaltiesAndTopK_areRefused() {
    for (ChatRequestParameters parameters :
        new ChatRequestParameters[] {
          ChatRequestParameters.builder().topK(5).build(),
          ChatRequestParameters.builder().frequencyPenalty(0.1).build(),
          ChatRequestParameters.builder().presencePenalty(0.1).build()
        }) {
      assertThatThrownBy(() -> model.chat(ask(parameters)))
          .isInstanceOf(UnsupportedFeatureException.class)
          .hasMessageMatching(
              "(topK|frequencyPenalty|presencePenalty) is not supported by this model");
    }
  }

  @Test
  void chat_itsOwnModelName_isAccepted() {
    ChatRequest request = ask(ChatRequestParameters.builder().modelName("tess2").build());
    assertThat(model.chat(request).metadata().modelName()).isEqualTo("tess2");
  }

  @Test
  void overrideWith_common_keepsWhatIsOurs() {
    Tess2ChatRequestParameters ours =
        Tess2ChatRequestParameters.builder().steps(5).cache("refresh").temperature(0.5).build();
    ChatRequestParameters common = ChatRequestParameters.builder().temperature(0.9).build();
    assertThat(ours.overrideWith(common))
        .isEqualTo(
            Tess2ChatRequestParameters.builder()
                .steps(5)
                .cache("refresh")
                .temperature(0.9)
                .build());
    assertThat(common.overrideWith(ours)).isEqualTo(ours);
  }

  @Test
  void close_modelThatWasGiven_staysOpen() {
    Tess2ChatModel.builder().model(models.free()).build().close();
    assertThat(model.chat(SUM)).isNotBlank();
  }

  @Test
  void close_modelThatWasLoaded_isClosed() {
    Tess2ChatModel own = Tess2ChatModel.builder().steps(1).maxOutputTokens(4).build();
    own.close();
    assertThatThrownBy(() -> own.chat(SUM)).isInstanceOf(IllegalStateException.class);
  }
}
