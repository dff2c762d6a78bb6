package io.github.tess2.runtime.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.tess2.GenerationOptions;
import io.github.tess2.GenerationRequest;
import io.github.tess2.Prompt;
import io.github.tess2.SelfConditioning;
import io.github.tess2.runtime.MaskedGoldens;
import io.github.tess2.runtime.checkpoint.Checkpoint;
import io.github.tess2.runtime.checkpoint.MaskedConfig;
import io.github.tess2.runtime.sampler.EntropyBoundSampler;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests which settings requests to a masked diffusion model may have. */
class MaskedSettingsTest {
  private static MaskedConfig config;

  @BeforeAll
  static void open() {
    try (Checkpoint checkpoint = Checkpoint.open(MaskedGoldens.checkpoint("llada"))) {
      config = checkpoint.config().masked().orElseThrow();
    }
  }

  private static GenerationOptions options(Consumer<GenerationRequest.Builder> set) {
    GenerationRequest.Builder request = GenerationRequest.builder(Prompt.user("x")).seed(1);
    set.accept(request);
    return request.build().options();
  }

  private static Arguments refused(
      Consumer<GenerationRequest.Builder> set, String option, String value) {
    return Arguments.of(
        set, option + " must not be set for a masked diffusion model, but is: " + value);
  }

  static Stream<Arguments> refusals() {
    return Stream.of(
        refused(one -> one.noiseSchedule("linear"), "noise schedule", "linear"),
        refused(
            one -> one.grid("information:uniform=0.1"), "step grid", "information(uniform=0.1)"),
        refused(one -> one.canvas("blocks:length=4"), "canvas", "blocks(length=4)"),
        refused(
            one -> one.selfConditioning(SelfConditioning.LOGITS_MAX),
            "self-conditioning",
            "LOGITS_MAX"),
        Arguments.of(
            (Consumer<GenerationRequest.Builder>) one -> one.sampler("simplex-ddim"),
            "sampler must be for masked diffusion, such as \"low-confidence\","
                + " but is: \"simplex-ddim\""));
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void resolve_optionOfTheSimplex_isRefused(
      Consumer<GenerationRequest.Builder> set, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MaskedSettings.resolve(options(set), config, 8))
        .withMessage(message);
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void check_optionOfTheSimplex_isRefusedAsTheModelIsOpened(
      Consumer<GenerationRequest.Builder> set, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MaskedSettings.check(options(set), config))
        .withMessage(message);
  }

  @Test
  void resolve_nothingSet_takesAStepForEachPositionAndTheLikeliestToken() {
    Settings settings = MaskedSettings.resolve(options(one -> {}), config, 8);

    assertThat(settings.steps()).isEqualTo(8);
    assertThat(settings.greedy()).isTrue();
    assertThat(settings.decoding().cache()).isNull();
  }

  @Test
  void resolve_samplerOfBothProcessesAndCache_areTaken() {
    Settings settings =
        MaskedSettings.resolve(
            options(one -> one.sampler("entropy-bound:bound=2").cache("refresh:every=3")),
            config,
            8);

    assertThat(settings.sampler()).isEqualTo(new EntropyBoundSampler(2));
    assertThat(settings.decoding().cache().name()).isEqualTo("refresh");
  }
}
