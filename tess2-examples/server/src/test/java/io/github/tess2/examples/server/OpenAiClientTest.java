package io.github.tess2.examples.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.core.http.StreamResponse;
import com.openai.errors.BadRequestException;
import com.openai.errors.NotFoundException;
import com.openai.errors.UnauthorizedException;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import com.openai.models.completions.CompletionCreateParams;
import io.github.tess2.DiffusionLM;
import io.github.tess2.GenerationRequest;
import io.github.tess2.Prompt;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Uses OpenAI's official client for Java, unchanged. */
// OpenAI has deprecated the seed without a replacement.
@SuppressWarnings("deprecation")
@ExtendWith(SharedModel.class)
class OpenAiClientTest {
  private static final String KEY = "a key of the test";

  private static DiffusionLM lm;
  private static Served served;
  private static OpenAIClient client;

  @BeforeAll
  static void start(DiffusionLM model) {
    lm = model;
    served = Served.withKey(lm, KEY);
    client = client(KEY);
  }

  @AfterAll
  static void stop() {
    client.close();
    served.close();
  }

  private static OpenAIClient client(String key) {
    return OpenAIOkHttpClient.builder()
        .baseUrl(served.uri("/v1").toString())
        .apiKey(key)
        .maxRetries(0)
        .build();
  }

  private static ChatCompletionCreateParams.Builder question() {
    return ChatCompletionCreateParams.builder()
        .model("tess2")
        .addUserMessage("What is 17 + 25?")
        .maxCompletionTokens(24)
        .seed(7)
        .putAdditionalBodyProperty("steps", JsonValue.from(3));
  }

  private static String alone() {
    return lm.generate(
            GenerationRequest.builder(Prompt.user("What is 17 + 25?"))
                .steps(3)
                .length(24)
                .seed(7)
                .build())
        .text();
  }

  @Test
  void chat_question_isAnswered() {
    ChatCompletion answer = client.chat().completions().create(question().build());

    assertThat(answer.validate().choices().get(0).message().content()).hasValue(alone());
    assertThat(answer.choices().get(0).finishReason())
        .isEqualTo(ChatCompletion.Choice.FinishReason.STOP);
    assertThat(answer.usage())
        .hasValueSatisfying(usage -> assertThat(usage.totalTokens()).isPositive());
  }

  @Test
  void chat_streamed_isTheSame() {
    ChatCompletionCreateParams params =
        question()
            .streamOptions(ChatCompletionStreamOptions.builder().includeUsage(true).build())
            .build();
    List<ChatCompletionChunk> chunks;
    try (StreamResponse<ChatCompletionChunk> stream =
        client.chat().completions().createStreaming(params)) {
      chunks = stream.stream().map(ChatCompletionChunk::validate).toList();
    }

    assertThat(content(chunks)).isEqualTo(alone());
    assertThat(chunks.get(chunks.size() - 1).usage()).isPresent();
  }

  @Test
  void chat_diffusing_staysReadable() {
    ChatCompletionCreateParams params =
        question().putAdditionalBodyProperty("diffusing", JsonValue.from(true)).build();
    List<ChatCompletionChunk> chunks;
    try (StreamResponse<ChatCompletionChunk> stream =
        client.chat().completions().createStreaming(params)) {
      chunks = stream.stream().map(ChatCompletionChunk::validate).toList();
    }

    assertThat(content(chunks)).isEqualTo(alone());
    assertThat(chunks)
        .filteredOn(
            chunk -> chunk.choices().get(0)._additionalProperties().containsKey("diffusing"))
        .hasSize(3);
  }

  private static String content(List<ChatCompletionChunk> chunks) {
    return chunks.stream()
        .flatMap(chunk -> chunk.choices().stream())
        .map(choice -> choice.delta().content().orElse(""))
        .collect(Collectors.joining());
  }

  @Test
  void completion_prompt_goesOn() {
    CompletionCreateParams params =
        CompletionCreateParams.builder()
            .model("tess2")
            .prompt("17 + 25 =")
            .maxTokens(8)
            .seed(7)
            .putAdditionalBodyProperty("steps", JsonValue.from(3))
            .build();

    assertThat(client.completions().create(params).validate().choices().get(0).text())
        .isEqualTo(
            lm.generate(
                    GenerationRequest.builder(Prompt.raw("17 + 25 ="))
                        .steps(3)
                        .length(8)
                        .seed(7)
                        .build())
                .text());
  }

  @Test
  void models_list_hasTheModel() {
    assertThat(client.models().list().data())
        .extracting(model -> model.id())
        .containsExactly("tess2");
    assertThat(client.models().retrieve("tess2").validate().ownedBy()).isEqualTo("tess2");
  }

  @Test
  void chat_unknownModel_isNotFound() {
    assertThatThrownBy(() -> client.chat().completions().create(question().model("gpt-5").build()))
        .isInstanceOf(NotFoundException.class)
        .hasMessageContaining("The model `gpt-5` does not exist; there is `tess2`");
  }

  @Test
  void chat_logprobs_areRefused() {
    assertThatThrownBy(() -> client.chat().completions().create(question().logprobs(true).build()))
        .isInstanceOf(BadRequestException.class)
        .hasMessageContaining("logprobs is not supported by this server");
  }

  @Test
  void chat_wrongKey_isUnauthorized() {
    OpenAIClient other = client("another key");
    try {
      assertThatThrownBy(() -> other.chat().completions().create(question().build()))
          .isInstanceOf(UnauthorizedException.class)
          .hasMessageContaining("the API key must be given");
    } finally {
      other.close();
    }
  }
}
