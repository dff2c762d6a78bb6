package io.github.tess2.springai;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.tess2.DiffusionLM;
import java.io.IOException;
import java.io.InputStream;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class Tess2AutoConfigurationTest {
  private final ApplicationContextRunner runner =
      new ApplicationContextRunner()
          .withConfiguration(AutoConfigurations.of(Tess2AutoConfiguration.class));

  @Test
  void context_otherChatModelChosen_hasNone() {
    runner
        .withPropertyValues("spring.ai.model.chat=openai")
        .run(context -> assertThat(context).doesNotHaveBean(DiffusionLM.class));
  }

  @Test
  void context_modelPathMissing_saysSo() {
    runner
        .withPropertyValues("spring.ai.tess2.model-path=no/such/folder")
        .run(context -> assertThat(context).getFailure().hasStackTraceContaining("no/such/folder"));
  }

  @Test
  void context_deviceUnknown_saysSo() {
    runner
        .withPropertyValues("spring.ai.tess2.device=abacus")
        .run(context -> assertThat(context).getFailure().hasStackTraceContaining("abacus"));
  }

  @Test
  void context_closed_closesTheModel() {
    DiffusionLM[] opened = new DiffusionLM[1];
    runner.run(context -> opened[0] = context.getBean(DiffusionLM.class));
    assertThat(
            org.assertj.core.api.Assertions.catchThrowable(
                () -> opened[0].generate("What is 1 + 1?")))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void context_cacheOfChats_isADefaultOption() {
    runner
        .withPropertyValues("spring.ai.tess2.chat.cache=refresh")
        .run(
            context ->
                assertThat(context.getBean(Tess2Properties.class).chat().options().getCache())
                    .isEqualTo("refresh"));
  }

  @Test
  void metadata_ofProperties_describesThem() throws IOException {
    try (InputStream file =
        Tess2Properties.class.getResourceAsStream("/META-INF/spring-configuration-metadata.json")) {
      String metadata = new String(file.readAllBytes(), UTF_8);
      assertThat(metadata)
          .contains("\"spring.ai.tess2.model-path\"")
          .contains("\"spring.ai.tess2.chat.canvas\"")
          .contains("Denoising steps.");
    }
  }
}
