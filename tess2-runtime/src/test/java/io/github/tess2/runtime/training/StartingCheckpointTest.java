package io.github.tess2.runtime.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.tess2.CheckpointException;
import io.github.tess2.runtime.Checkpoints;
import io.github.tess2.runtime.Goldens;
import io.github.tess2.training.Trainer;
import io.github.tess2.training.TrainingConfig;
import io.github.tess2.training.TrainingListener.Signal;
import io.github.tess2.training.TrainingStage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Checkpoints that a stage would misinterpret. */
class StartingCheckpointTest {
  @TempDir Path folder;

  private Path copy(String checkpoint) throws IOException {
    Path copy = Files.createDirectories(folder.resolve("start"));
    return Checkpoints.copy(Goldens.checkpoint(checkpoint), copy);
  }

  private Path edited(String from, String to) throws IOException {
    Path start = copy("mistral");
    Path config = start.resolve("config.json");
    String text = Files.readString(config);
    assertThat(text).contains(from);
    Files.writeString(config, text.replace(from, to));
    return start;
  }

  private Path without(String tensor) throws IOException {
    Path start = copy("mistral");
    Path file = start.resolve("model.safetensors");
    Checkpoints.copyWithout(tensor, file, file);
    return start;
  }

  private TrainingConfig config(TrainingStage stage, Path start) {
    return TrainingConfig.builder(stage)
        .startFrom(start)
        .data(TinyRun.data(stage, folder))
        .output(folder.resolve("out"))
        .sequenceLength(32)
        .batchSize(1)
        .steps(1)
        .build();
  }

  private AbstractThrowableAssert<?, ?> assertRefused(TrainingStage stage, Path start) {
    TrainingConfig config = config(stage, start);
    AbstractThrowableAssert<?, ?> refusal =
        assertThatThrownBy(() -> Trainer.train(config, progress -> Signal.CONTINUE))
            .isInstanceOf(CheckpointException.class);
    assertThat(config.output()).doesNotExist();
    return refusal;
  }

  @ParameterizedTest
  @EnumSource(names = {"ADAPTATION", "INSTRUCTION"})
  void diffusion_timestepEmbeddingDisabled_isRefused(TrainingStage stage) throws IOException {
    Path start = edited("\"disable_timestep_embed\": false", "\"disable_timestep_embed\": true");

    assertRefused(stage, start)
        .hasMessage(
            "%s: disable_timestep_embed must be false for stage %s, which trains the embedding, but is: true",
            start.resolve("config.json"), stage);
  }

  @ParameterizedTest
  @EnumSource(names = {"ADAPTATION", "INSTRUCTION"})
  void diffusion_learnedTimeWarp_isRefused(TrainingStage stage) {
    Path start = Goldens.checkpoint("cdcd");

    assertRefused(stage, start)
        .hasMessage(
            "%s: must hold no learned time warp (cdf.l_t, cdf.l_u) for stage %s, which does not train it, but holds one",
            start, stage);
  }

  @ParameterizedTest
  @ValueSource(strings = {"logits_with_projection", "logits_with_projection_addition"})
  void diffusion_projectedSelfConditioning_isRefused(String mode) throws IOException {
    Path start = edited("\"logits_mean\"", "\"" + mode + "\"");

    assertRefused(TrainingStage.INSTRUCTION, start)
        .hasMessage(
            "%s: self_condition must be a mode without projection for stage INSTRUCTION, but is: %s",
            start.resolve("config.json"), mode);
  }

  @ParameterizedTest
  @EnumSource(names = {"AUTOREGRESSIVE", "ADAPTATION", "INSTRUCTION"})
  void languageModel_fromARewardModel_isRefused(TrainingStage stage) {
    Path start = Goldens.checkpoint("reward");

    assertRefused(stage, start)
        .hasMessage(
            "%s: architectures must name a language model for stage %s, but is: a reward model, which has no head",
            start.resolve("config.json"), stage);
  }

  /**
   * A missing tensor must be reported, not replaced by random values. Its neighbours must not count
   * as missing.
   */
  @ParameterizedTest
  @ValueSource(
      strings = {"model.layers.1.self_attn.k_proj.weight", "model.norm.weight", "lm_head.weight"})
  void anyStage_tensorMissing_isNamed(String tensor) throws IOException {
    assertRefused(TrainingStage.INSTRUCTION, without(tensor))
        .hasMessageContaining("of its config.json, but lacks 1: " + tensor);
  }

  @Test
  void adaptation_baseWithoutTimestepEmbedding_beginsItAfresh() throws IOException {
    TrainingConfig config = config(TrainingStage.ADAPTATION, without("timestep_embed.weight"));

    assertThat(Trainer.train(config, progress -> Signal.CONTINUE).finished()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"mistral", "llama", "llama-linear", "mistral-window", "cdcd", "reward"})
  void reward_anyCheckpoint_isAStart(String start) {
    TrainingConfig config = config(TrainingStage.REWARD, Goldens.checkpoint(start));

    assertThat(Trainer.train(config, progress -> Signal.CONTINUE).finished()).isTrue();
  }
}
