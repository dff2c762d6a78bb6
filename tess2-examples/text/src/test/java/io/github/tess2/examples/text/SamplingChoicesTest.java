package io.github.tess2.examples.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.tess2.GenerationOptions;
import io.github.tess2.GenerationRequest;
import io.github.tess2.Prompt;
import org.junit.jupiter.api.Test;

/** The options of a request, with no plugin installed. */
class SamplingChoicesTest {
  private static GenerationOptions options(SamplingChoices.Builder choices) {
    GenerationRequest.Builder request = GenerationRequest.builder(Prompt.user("Hi"));
    choices.build().applyTo(request);
    return request.build().options();
  }

  @Test
  void applyTo_everyChoice_setsItsOwnOption() {
    GenerationRequest.Builder same =
        GenerationRequest.builder(Prompt.user("Hi"))
            .steps(1)
            .length(2)
            .seed(3)
            .temperature(0.4)
            .topP(0.5)
            .noiseSchedule("a")
            .grid("b")
            .sampler("c")
            .stoppingCriterion("d")
            .canvas("e")
            .cache("f");

    GenerationOptions options =
        options(
            SamplingChoices.builder()
                .steps(1)
                .length(2)
                .seed(3L)
                .temperature(0.4)
                .topP(0.5)
                .plugins(
                    PluginChoices.builder()
                        .noiseSchedule("a")
                        .grid("b")
                        .sampler("c")
                        .stoppingCriterion("d")
                        .canvas("e")
                        .cache("f")
                        .build()));

    assertThat(options).hasToString(same.build().options().toString());
  }

  @Test
  void applyTo_greedy_takesTheLikeliestToken() {
    assertThat(options(SamplingChoices.builder().greedy(true)).greedy()).isTrue();
  }

  @Test
  void applyTo_nothingChosen_setsNothing() {
    GenerationOptions none = GenerationRequest.builder(Prompt.user("Hi")).build().options();

    assertThat(options(SamplingChoices.builder())).hasToString(none.toString());
  }

  @Test
  void applyTo_topPBesideGreedy_isRefused() {
    assertThatThrownBy(() -> options(SamplingChoices.builder().greedy(true).topP(0.5)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("topP must not be set together with greedy, but is: 0.5");
  }

  @Test
  void toString_isTheTextNextToEarlierAnswers() {
    PluginChoices plugins = PluginChoices.builder().grid("cosine").build();

    assertThat(SamplingChoices.builder().steps(5).plugins(plugins).build())
        .hasToString(
            "SamplingChoices[steps=5, length=null, seed=null, temperature=null, topP=null,"
                + " greedy=false, plugins=PluginChoices[noiseSchedule=null, grid=cosine,"
                + " sampler=null, stop=null, canvas=null, cache=null]]");
  }
}
