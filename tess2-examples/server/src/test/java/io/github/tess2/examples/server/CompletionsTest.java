package io.github.tess2.examples.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import io.github.tess2.DiffusionLM;
import io.github.tess2.GenerationRequest;
import io.github.tess2.Message;
import io.github.tess2.Prompt;
import io.github.tess2.examples.text.Blanks;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The server's answers are those of the model. Uses the shipped model. */
@ExtendWith(SharedModel.class)
class CompletionsTest {
  private static final String SHORT = ",\"steps\":3,\"max_tokens\":24,\"seed\":7";

  private static DiffusionLM lm;
  private static Served served;

  @BeforeAll
  static void start(DiffusionLM model) {
    lm = model;
    served = Served.of(lm);
  }

  @AfterAll
  static void stop() {
    served.close();
  }

  private static GenerationRequest.Builder request(Prompt prompt) {
    return GenerationRequest.builder(prompt).steps(3).length(24).seed(7);
  }

  private static String alone(Prompt prompt) {
    return lm.generate(request(prompt).build()).text();
  }

  @Test
  void chat_seed_givesTheModelsAnswer() {
    Served.Answer answer = served.chat("What is 17 + 25?", SHORT);

    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    assertThat(answer.text()).isEqualTo(alone(Prompt.user("What is 17 + 25?"))).isNotEmpty();
  }

  @Test
  void chat_response_hasOpenAisFields() {
    JsonObject json = served.chat("What is 17 + 25?", SHORT).json();

    assertThat(json.get("object").getAsString()).isEqualTo("chat.completion");
    assertThat(json.get("model").getAsString()).isEqualTo("tess2");
    assertThat(json.get("id").getAsString()).startsWith("chatcmpl-");
    JsonObject choice = json.getAsJsonArray("choices").get(0).getAsJsonObject();
    assertThat(choice.get("finish_reason").getAsString()).isEqualTo("stop");
    assertThat(choice.getAsJsonObject("message").get("role").getAsString()).isEqualTo("assistant");
    assertThat(choice.getAsJsonObject("tess2").get("seed").getAsLong()).isEqualTo(7);
    JsonObject usage = json.getAsJsonObject("usage");
    assertThat(usage.get("prompt_tokens").getAsInt())
        .isEqualTo(lm.tokenizer().encode("What is 17 + 25?").length());
    assertThat(usage.get("total_tokens").getAsInt())
        .isEqualTo(
            usage.get("prompt_tokens").getAsInt() + usage.get("completion_tokens").getAsInt());
  }

  @Test
  void chat_systemAndEarlierTurns_reachTheModel() {
    String body =
        """
        {"model":"tess2","steps":3,"max_completion_tokens":16,"seed":7,"messages":[
          {"role":"developer","content":"Add."},
          {"role":"user","content":[{"type":"text","text":"1 "},{"type":"text","text":"+ 1?"}]},
          {"role":"assistant","content":"2"},
          {"role":"user","content":"3 + 4?"}]}
        """;

    Served.Answer answer = served.post("/v1/chat/completions", body);

    assertThat(answer.text())
        .isEqualTo(
            lm.generate(
                    request(
                            Prompt.chat(
                                Message.system("Add."),
                                Message.user("1 + 1?"),
                                Message.assistant("2"),
                                Message.user("3 + 4?")))
                        .length(16)
                        .build())
                .text());
  }

  @Test
  void chat_severalChoices_haveSeedsOneAfterTheOther() {
    JsonObject json = served.chat("Name a word.", SHORT + ",\"n\":3").json();

    for (int i = 0; i < 3; i++) {
      JsonObject choice = json.getAsJsonArray("choices").get(i).getAsJsonObject();
      GenerationRequest same = request(Prompt.user("Name a word.")).seed(7 + i).build();
      assertThat(choice.get("index").getAsInt()).isEqualTo(i);
      assertThat(choice.getAsJsonObject("message").get("content").getAsString())
          .isEqualTo(lm.generate(same).text());
    }
  }

  @Test
  void chat_ownOptions_reachTheModel() {
    Served.Answer answer =
        served.chat(
            "What is 17 + 25?",
            SHORT
                + ",\"noise_schedule\":\"sigmoid\",\"grid\":\"cosine\",\"sampler\":\"simplex-ddim\","
                + "\"stopping_criterion\":\"budget:steps=2\",\"canvas\":\"trim\",\"cache\":\"refresh\","
                + "\"temperature\":0.5,\"top_p\":0.9");

    GenerationRequest same =
        request(Prompt.user("What is 17 + 25?"))
            .noiseSchedule("sigmoid")
            .grid("cosine")
            .sampler("simplex-ddim")
            .stoppingCriterion("budget:steps=2")
            .canvas("trim")
            .cache("refresh")
            .temperature(0.5)
            .topP(0.9)
            .build();
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    assertThat(answer.text()).isEqualTo(lm.generate(same).text());
    assertThat(answer.choice().getAsJsonObject("tess2").get("steps").getAsInt())
        .isEqualTo(lm.generate(same).steps());
  }

  @Test
  void chat_temperatureZero_isGreedy() {
    Served.Answer answer = served.chat("What is 17 + 25?", SHORT + ",\"temperature\":0");

    GenerationRequest greedy = request(Prompt.user("What is 17 + 25?")).greedy().build();
    assertThat(answer.text()).isEqualTo(lm.generate(greedy).text());
  }

  @Test
  void chat_guidance_steers() {
    Served.Answer answer =
        served.chat(
            "What is 17 + 25?",
            SHORT + ",\"guidance\":[\"best-of:n=2,reward=answer-length(max=3)\"]");

    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    assertThat(answer.choice().getAsJsonObject("tess2").has("reward")).isTrue();
  }

  @Test
  void chat_stop_cutsTheText() {
    String whole = alone(Prompt.user("What is 17 + 25?"));
    String stop = whole.substring(whole.length() / 2, whole.length() / 2 + 2);

    Served.Answer answer = served.chat("What is 17 + 25?", SHORT + ",\"stop\":[\"" + stop + "\"]");

    assertThat(answer.text()).isEqualTo(whole.substring(0, whole.indexOf(stop)));
    assertThat(answer.choice().get("finish_reason").getAsString()).isEqualTo("stop");
  }

  @Test
  void chat_infill_fillsTheBlanks() {
    Served.Answer answer =
        served.chat("17 + 25 = ____ .", ",\"steps\":3,\"seed\":7,\"infill\":true");

    GenerationRequest same =
        GenerationRequest.builder(Blanks.parse("17 + 25 = ____ .")).steps(3).seed(7).build();
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    assertThat(answer.text()).isEqualTo(lm.generate(same).text()).startsWith("17 + 25 =");
    assertThat(answer.choice().getAsJsonObject("tess2").getAsJsonArray("blanks")).hasSize(1);
  }

  @Test
  void completion_text_goesOn() {
    Served.Answer answer = served.complete("17 + 25 =", SHORT);

    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    assertThat(answer.json().get("object").getAsString()).isEqualTo("text_completion");
    assertThat(answer.text()).isEqualTo(alone(Prompt.raw("17 + 25 =")));
  }

  @Test
  void completion_severalPrompts_areAnsweredInOrder() {
    Served.Answer answer =
        served.post(
            "/v1/completions",
            "{\"model\":\"tess2\",\"prompt\":[\"one\",\"two\"],\"n\":2" + SHORT + "}");

    assertThat(answer.json().getAsJsonArray("choices").asList())
        .extracting(choice -> choice.getAsJsonObject().get("text").getAsString())
        .containsExactly(
            alone(Prompt.raw("one")),
            lm.generate(request(Prompt.raw("one")).seed(8).build()).text(),
            alone(Prompt.raw("two")),
            lm.generate(request(Prompt.raw("two")).seed(8).build()).text());
  }

  @Test
  void completion_suffix_isABlankBetween() {
    Served.Answer answer =
        served.complete(
            "17 + 25 =", ",\"steps\":3,\"seed\":7,\"max_tokens\":4,\"suffix\":\" is right.\"");

    GenerationRequest same =
        GenerationRequest.builder(
                Prompt.infill("17 + 25 =", io.github.tess2.Blank.blank(4), " is right."))
            .steps(3)
            .seed(7)
            .build();
    assertThat(answer.text()).isEqualTo(lm.generate(same).blanks().get(0));
  }

  @Test
  void stream_plain_sendsTheAnswerAndEndsWithDone() {
    Served.Answer answer =
        served.chat(
            "What is 17 + 25?",
            SHORT + ",\"stream\":true,\"stream_options\":{\"include_usage\":true}");

    assertThat(answer.response().headers().firstValue("Content-Type"))
        .hasValueSatisfying(type -> assertThat(type).startsWith("text/event-stream"));
    assertThat(joined(answer)).isEqualTo(alone(Prompt.user("What is 17 + 25?")));
    assertThat(answer.data()).endsWith("[DONE]");
    List<JsonObject> events = answer.events();
    assertThat(events.get(events.size() - 1).getAsJsonArray("choices")).isEmpty();
    assertThat(
            events.get(events.size() - 1).getAsJsonObject("usage").get("total_tokens").getAsInt())
        .isPositive();
    assertThat(events.get(events.size() - 2).toString()).contains("\"finish_reason\":\"stop\"");
  }

  @Test
  void stream_blocks_sendsEachBlockWhenItIsSettled() {
    String canvas = ",\"canvas\":\"blocks:length=4\"";

    Served.Answer answer = served.chat("Spell: banana", SHORT + ",\"stream\":true" + canvas);

    GenerationRequest same =
        request(Prompt.user("Spell: banana")).canvas("blocks:length=4").build();
    assertThat(joined(answer)).as(answer.body()).isEqualTo(lm.generate(same).text());
    assertThat(pieces(answer)).hasSizeGreaterThan(1);
  }

  @Test
  void stream_blocksAndStop_endsAtTheStop() {
    GenerationRequest same =
        request(Prompt.user("Spell: banana")).canvas("blocks:length=4").build();
    String whole = lm.generate(same).text();
    String stop = whole.substring(1, 3);

    Served.Answer answer =
        served.chat(
            "Spell: banana",
            SHORT + ",\"stream\":true,\"canvas\":\"blocks:length=4\",\"stop\":\"" + stop + "\"");

    assertThat(joined(answer)).isEqualTo(whole.substring(0, 1));
    assertThat(answer.body()).contains("\"finish_reason\":\"stop\"").contains("[DONE]");
  }

  @Test
  void stream_diffusing_sendsEveryState() {
    Served.Answer answer =
        served.chat("What is 17 + 25?", SHORT + ",\"stream\":true,\"diffusing\":true");

    List<JsonObject> states =
        answer.events().stream()
            .map(event -> event.getAsJsonArray("choices").get(0).getAsJsonObject())
            .filter(choice -> choice.has("diffusing"))
            .map(choice -> choice.getAsJsonObject("diffusing"))
            .toList();
    assertThat(states).extracting(state -> state.get("step").getAsInt()).containsExactly(1, 2, 3);
    JsonObject last = states.get(2);
    assertThat(last.get("text").getAsString()).isEqualTo(joined(answer));
    assertThat(last.getAsJsonArray("confidence")).hasSize(24);
    assertThat(
            last.getAsJsonArray("pieces").asList().stream()
                .map(piece -> piece.getAsJsonArray().get(0).getAsString())
                .collect(Collectors.joining()))
        .isEqualTo(last.get("text").getAsString());
  }

  @Test
  void stream_severalChoices_areToldApart() {
    Served.Answer answer = served.chat("Name a word.", SHORT + ",\"n\":2,\"stream\":true");

    for (int i = 0; i < 2; i++) {
      int index = i;
      assertThat(
              answer.events().stream()
                  .map(event -> event.getAsJsonArray("choices").get(0).getAsJsonObject())
                  .filter(choice -> choice.get("index").getAsInt() == index)
                  .map(CompletionsTest::content)
                  .collect(Collectors.joining()))
          .isEqualTo(lm.generate(request(Prompt.user("Name a word.")).seed(7 + i).build()).text());
    }
  }

  private static List<String> pieces(Served.Answer answer) {
    return answer.events().stream()
        .map(event -> event.getAsJsonArray("choices"))
        .filter(choices -> !choices.isEmpty())
        .map(choices -> content(choices.get(0).getAsJsonObject()))
        .filter(piece -> !piece.isEmpty())
        .toList();
  }

  private static String joined(Served.Answer answer) {
    return String.join("", pieces(answer));
  }

  private static String content(JsonObject choice) {
    JsonObject delta = choice.getAsJsonObject("delta");
    return delta.has("content") ? delta.get("content").getAsString() : "";
  }
}
