package io.github.tess2.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.tess2.ComputeDevice;
import io.github.tess2.Precision;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TrainingConfigTest {
  private static TrainingConfig.Builder builder() {
    return TrainingConfig.builder(TrainingStage.ADAPTATION)
        .startFrom(Path.of("base"))
        .data(Path.of("data.jsonl"))
        .output(Path.of("out"));
  }

  private static void assertRefused(TrainingConfig.Builder builder, String message) {
    assertThatThrownBy(builder::build)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @Test
  void sequenceLength_ofOneToken_isRefusedForItHasNothingToPredict() {
    assertThatThrownBy(() -> builder().sequenceLength(1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("sequence length must be at least 2, but is: 1");
    assertThat(builder().sequenceLength(2).build().sequenceLength()).isEqualTo(2);
  }

  @Test
  void precision_fp16_isRefused() {
    assertThatThrownBy(() -> builder().precision(Precision.FP16))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("precision of training must be FP32, BF16 or AUTO, but is: FP16");
  }

  @Test
  void device_severalGpus_isRejected() {
    assertThatThrownBy(() -> builder().device(ComputeDevice.cuda(0, 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("device of training must be at most one GPU, but is: cuda:0+1");
  }

  @Test
  void build_builderThatGoesOn_leavesTheRunAsItWas() {
    TrainingConfig.Builder builder = builder().steps(3);
    TrainingConfig config = builder.build();

    builder.steps(4).output(Path.of("elsewhere"));

    assertThat(config.steps()).isEqualTo(3);
    assertThat(config.output()).isEqualTo(Path.of("out"));
  }

  @Test
  void build_whatIsMissingOrDoesNotGoTogether_isNamed() {
    assertRefused(
        TrainingConfig.builder(TrainingStage.ADAPTATION),
        "a run must have either startFrom or fresh, but has: neither");
    assertRefused(
        builder()
            .fresh(
                FreshModel.builder(Path.of("tokenizer"))
                    .hiddenSize(8)
                    .layers(1)
                    .heads(1)
                    .keyValueHeads(1)
                    .headDimension(8)
                    .intermediateSize(8)
                    .maxLength(8)
                    .build()),
        "a run must have either startFrom or fresh, but has: both");
    assertRefused(builder().data(), "a run must have data, but has no file");
    assertRefused(
        TrainingConfig.builder(TrainingStage.REWARD)
            .startFrom(Path.of("base"))
            .data(Path.of("data.jsonl")),
        "a run must have an output folder, but has none");
    assertRefused(
        builder().evaluateEvery(5),
        "evaluating every 5 steps needs evaluation data, but there is none");
    assertRefused(
        builder().noisyShare(0.5),
        "a noisy share is for stage REWARD only, but the stage is: ADAPTATION");
  }

  private static TrainingConfig.Builder chosen(TrainingStage stage, Conventions.Builder choices) {
    return TrainingConfig.builder(stage)
        .startFrom(Path.of("base"))
        .data(Path.of("data.jsonl"))
        .output(Path.of("out"))
        .conventions(choices.build());
  }

  @Test
  void build_choiceOfAnotherStage_isNamed() {
    assertRefused(
        chosen(
            TrainingStage.ADAPTATION, Conventions.builder().longChats(Conventions.LongChats.CUT)),
        "long chats CUT is for AUTOREGRESSIVE, INSTRUCTION, REWARD only, but the stage is:"
            + " ADAPTATION");
    assertRefused(
        chosen(TrainingStage.REWARD, Conventions.builder().masks(Conventions.Masks.PUBLISHED)),
        "masks PUBLISHED is for ADAPTATION, INSTRUCTION only, but the stage is: REWARD");
    assertRefused(
        chosen(
            TrainingStage.INSTRUCTION,
            Conventions.builder().score(Conventions.Score.LAST_POSITION)),
        "score LAST_POSITION is for REWARD only, but the stage is: INSTRUCTION");
    assertRefused(
        chosen(TrainingStage.AUTOREGRESSIVE, Conventions.builder().mixtureGradient(false)),
        "no mixture gradient is for ADAPTATION, INSTRUCTION, REWARD only, but the stage is:"
            + " AUTOREGRESSIVE");
    assertRefused(
        chosen(
            TrainingStage.REWARD,
            Conventions.builder().rewardNoise(Conventions.RewardNoise.EVERYWHERE)),
        "reward noise EVERYWHERE needs a noisy share greater than zero, but it is: 0");
  }

  @ParameterizedTest
  @EnumSource(TrainingStage.class)
  void build_publishedChoices_goWithTheirStage(TrainingStage stage) {
    double share = stage == TrainingStage.REWARD ? 1 : 0;
    Conventions published = Conventions.published(stage, share > 0);
    TrainingConfig config =
        TrainingConfig.builder(stage)
            .startFrom(Path.of("base"))
            .data(Path.of("data.jsonl"))
            .output(Path.of("out"))
            .noisyShare(share)
            .conventions(published)
            .build();

    assertThat(config.conventions()).isEqualTo(published).isNotEqualTo(Conventions.DEFAULT);
  }

  @Test
  void learningRate_constantWithAnEnd_isRefused() {
    assertThatThrownBy(() -> LearningRate.builder(1).endShare(0.1).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "end share of the learning rate is for falling rates only, but the shape is: CONSTANT");
  }
}
