package io.github.tess2.springai.sample;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.tess2.springai.Tess2ChatModel;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;

@SpringBootTest(
    properties = {
      "spring.ai.tess2.chat.steps=10",
      "spring.ai.tess2.chat.max-tokens=32",
      "spring.ai.tess2.chat.seed=7"
    })
class SampleApplicationTest {
  @Autowired private SampleApplication.Calculator calculator;
  @Autowired private Tess2ChatModel model;

  @Test
  void application_started_answersThroughTheClient() {
    assertThat(calculator.compute("What is 347 + 85?")).contains("432");
  }

  @Test
  void properties_ofChat_areTheModelsOptions() {
    assertThat(model.getOptions().getSteps()).isEqualTo(10);
    assertThat(model.getOptions().getSeed()).isEqualTo(7);
    assertThat(model.getOptions().getModel()).isEqualTo("tess2");
  }
}
