package io.github.tess2.runtime.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.tess2.CheckpointException;
import io.github.tess2.DiffusionLM;
import io.github.tess2.GenerationResult;
import io.github.tess2.Precision;
import io.github.tess2.Tess2Exception;
import io.github.tess2.runtime.Goldens;
import io.github.tess2.runtime.checkpoint.Checkpoint;
import io.github.tess2.training.Conventions;
import io.github.tess2.training.DataProgress;
import io.github.tess2.training.LearningRate;
import io.github.tess2.training.Lora;
import io.github.tess2.training.Trainer;
import io.github.tess2.training.TrainingConfig;
import io.github.tess2.training.TrainingListener;
import io.github.tess2.training.TrainingListener.Signal;
import io.github.tess2.training.TrainingProgress;
import io.github.tess2.training.TrainingResult;
import io.github.tess2.training.TrainingStage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests whole runs through the public API. */
class TrainerTest {
  private static final TrainingListener TO_THE_END = progress -> Signal.CONTINUE;

  @TempDir Path folder;

  private TrainingConfig.Builder tiny(TrainingStage stage, String output) {
    return TinyRun.builder(stage, TinyRun.data(stage, folder), folder.resolve(output));
  }

  private static TrainingListener stoppingAt(int step) {
    return progress -> progress.step() == step ? Signal.STOP : Signal.CONTINUE;
  }

  /** Compares everything that a run writes, except the speed in its metrics. */
  static void assertSameBits(TrainingResult actual, TrainingResult expected) throws IOException {
    assertThat(actual.steps()).isEqualTo(expected.steps());
    assertThat(actual.tokens()).isEqualTo(expected.tokens());
    for (String file :
        List.of("model.safetensors", "config.json", "training/optimizer.safetensors")) {
      assertThat(actual.checkpoint().resolve(file))
          .hasSameBinaryContentAs(expected.checkpoint().resolve(file));
    }
    assertThat(state(actual)).isEqualTo(state(expected));
    assertThat(metrics(actual)).isEqualTo(metrics(expected));
  }

  private static JsonObject state(TrainingResult result) throws IOException {
    return JsonParser.parseString(
            Files.readString(result.checkpoint().resolve("training/state.json")))
        .getAsJsonObject();
  }

  private static List<JsonObject> metrics(TrainingResult result) throws IOException {
    Path file = result.checkpoint().resolveSibling("metrics.jsonl");
    return Files.readAllLines(file).stream()
        .map(line -> JsonParser.parseString(line).getAsJsonObject())
        .peek(line -> line.remove("tokens_per_second"))
        .toList();
  }

  private static List<String> files(Path output) throws IOException {
    try (Stream<Path> entries = Files.list(output)) {
      return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
    }
  }

  @ParameterizedTest
  @EnumSource(TrainingStage.class)
  void run_stoppedAndResumed_endsBitForBitAsOneThatWasNot(TrainingStage stage) throws IOException {
    double noisy = stage == TrainingStage.REWARD ? 0.5 : 0;
    TrainingResult whole =
        Trainer.train(tiny(stage, "whole").noisyShare(noisy).build(), TO_THE_END);
    TrainingConfig config = tiny(stage, "parts").noisyShare(noisy).build();

    TrainingResult part = Trainer.train(config, stoppingAt(5));
    assertThat(part.finished()).isFalse();
    assertThat(part.steps()).isEqualTo(5);
    assertThat(files(config.output())).containsExactly("metrics.jsonl", "step-5");
    TrainingResult resumed = Trainer.train(config, TO_THE_END);

    assertThat(resumed.finished()).isTrue();
    assertThat(metrics(resumed)).hasSize(12);
    assertSameBits(resumed, whole);
  }

  @Test
  void run_finished_isLeftAsItIs() throws IOException {
    TrainingConfig config = tiny(TrainingStage.AUTOREGRESSIVE, "out").build();
    TrainingResult first = Trainer.train(config, TO_THE_END);
    List<TrainingProgress> steps = new ArrayList<>();

    TrainingResult second =
        Trainer.train(
            config,
            progress -> {
              steps.add(progress);
              return Signal.CONTINUE;
            });

    assertThat(steps).isEmpty();
    assertThat(second).isEqualTo(first);
    assertThat(files(config.output())).containsExactly("metrics.jsonl", "step-12");
  }

  @Test
  void run_otherSettings_isRefused() {
    Trainer.train(tiny(TrainingStage.AUTOREGRESSIVE, "out").build(), stoppingAt(1));
    TrainingConfig other = tiny(TrainingStage.AUTOREGRESSIVE, "out").batchSize(4).build();

    assertThatThrownBy(() -> Trainer.train(other, TO_THE_END))
        .isInstanceOf(Tess2Exception.class)
        .hasMessageContaining("holds a run with other settings")
        .hasMessageContaining("\"batchSize\":3")
        .hasMessageContaining("\"batchSize\":4");
  }

  @Test
  void run_leftoversOfAKilledSave_goesOnFromTheLastGoodCheckpoint() throws IOException {
    TrainingConfig config = tiny(TrainingStage.AUTOREGRESSIVE, "out").build();
    Trainer.train(config, stoppingAt(4));
    Path unfinished = config.output().resolve("step-6.unfinished");
    Files.createDirectories(unfinished.resolve("training"));
    Files.writeString(unfinished.resolve("model.safetensors"), "half a file");
    Files.writeString(
        config.output().resolve("metrics.jsonl"),
        Files.readString(config.output().resolve("metrics.jsonl")) + "{\"step\":5,\"lo");

    TrainingResult resumed = Trainer.train(config, TO_THE_END);

    assertThat(files(config.output())).containsExactly("metrics.jsonl", "step-12");
    assertSameBits(
        resumed, Trainer.train(tiny(TrainingStage.AUTOREGRESSIVE, "whole").build(), TO_THE_END));
  }

  @Test
  void run_heldOutData_isEvaluatedAndChangesNothingElse() throws IOException {
    Path heldOut = TinyRun.data(TrainingStage.AUTOREGRESSIVE, folder);
    TrainingConfig config =
        tiny(TrainingStage.ADAPTATION, "out").evaluationData(heldOut).evaluateEvery(5).build();
    TrainingResult evaluated = Trainer.train(config, TO_THE_END);
    TrainingResult plain =
        Trainer.train(tiny(TrainingStage.ADAPTATION, "plain").build(), TO_THE_END);

    assertThat(evaluated.checkpoint().resolve("model.safetensors"))
        .hasSameBinaryContentAs(plain.checkpoint().resolve("model.safetensors"));
    assertThat(metrics(evaluated).stream().filter(line -> line.has("evaluation_loss")))
        .extracting(line -> line.get("step").getAsInt())
        .containsExactly(5, 10, 12);
  }

  @Test
  void run_manyStepsOnOneChat_learnsIt() {
    Path data = Data.write(folder.resolve("one.jsonl"), Data.chat("What is 8 + 9?", "17"));
    List<Double> losses = new ArrayList<>();
    TrainingResult result =
        Trainer.train(
            TinyRun.builder(TrainingStage.INSTRUCTION, data, folder.resolve("out"))
                .steps(80)
                .batchSize(8)
                .accumulation(1)
                .learningRate(
                    LearningRate.builder(1e-2)
                        .warmupSteps(5)
                        .shape(LearningRate.Shape.COSINE)
                        .build())
                .build(),
            progress -> {
              losses.add(progress.loss());
              return Signal.CONTINUE;
            });

    assertThat(losses.get(79)).isLessThan(losses.get(0) / 20);
    try (DiffusionLM lm =
        DiffusionLM.builder()
            .model(result.checkpoint())
            .precision(Precision.FP32)
            .steps(10)
            .length(10)
            .build()) {
      GenerationResult answer = lm.generate("What is 8 + 9?");
      assertThat(answer.text()).isEqualTo("17");
    }
  }

  @Test
  void run_rateFarTooHigh_failsAndKeepsTheLastGoodCheckpoint() throws IOException {
    TrainingConfig config =
        tiny(TrainingStage.AUTOREGRESSIVE, "out")
            .learningRate(LearningRate.builder(1e30).warmupSteps(6).build())
            .checkpointEvery(1)
            .build();

    assertThatThrownBy(() -> Trainer.train(config, TO_THE_END))
        .isInstanceOf(Tess2Exception.class)
        .hasMessageMatching(
            "(the loss|the gradient's norm) must stay finite, but at step \\d+ is:"
                + " (NaN|-?Infinity); the weights are those of step \\d+; lower the learning rate");
    assertThat(files(config.output()))
        .hasSize(2)
        .contains("metrics.jsonl")
        .allSatisfy(name -> assertThat(name).matches("metrics.jsonl|step-\\d+"));
  }

  @Test
  void run_badLineOnTheWay_isNamedAndTheRunGoesOnOnceItIsMended() throws IOException {
    TrainingConfig config = tiny(TrainingStage.AUTOREGRESSIVE, "out").checkpointEvery(1).build();
    Path data = config.data().get(0);
    String good = Files.readString(data);
    Trainer.train(config, stoppingAt(2));
    Files.writeString(data, good.replace("{\"text\": \"Paris\"}", "{\"text\": Paris}"));

    assertThatThrownBy(() -> Trainer.train(config, TO_THE_END))
        .isInstanceOf(Tess2Exception.class)
        .hasMessageStartingWith(data + ", line 3: a line must be one well-formed JSON object");
    Files.writeString(data, good);

    assertSameBits(
        Trainer.train(config, TO_THE_END),
        Trainer.train(
            tiny(TrainingStage.AUTOREGRESSIVE, "whole").checkpointEvery(1).build(), TO_THE_END));
  }

  @Test
  void run_badEvaluationData_isNamedBeforeAStep() {
    Path bad = Data.write(folder.resolve("bad.jsonl"), Data.text("fine"), "{\"text\": 3}");
    TrainingConfig config = tiny(TrainingStage.AUTOREGRESSIVE, "out").evaluationData(bad).build();

    assertThatThrownBy(
            () ->
                Trainer.train(
                    config,
                    progress -> {
                      throw new AssertionError(progress);
                    }))
        .isInstanceOf(Tess2Exception.class)
        .hasMessage(bad + ", line 2: text must be a string, but is: 3");
    assertThat(config.output()).doesNotExist();
  }

  @Test
  void run_badLineThatIsNeverDrawn_isNamedBeforeAStep() {
    Path data =
        Data.write(
            folder.resolve("one-bad.jsonl"),
            Stream.concat(
                    Stream.generate(() -> Data.chat("What is 8 + 9?", "17")).limit(40),
                    Stream.of(Data.chat("What is 8 + 9?", "17 ".repeat(40))))
                .toArray(String[]::new));
    // Two steps draw four of the data's lines.
    TrainingConfig config =
        TinyRun.builder(TrainingStage.INSTRUCTION, data, folder.resolve("out"))
            .steps(2)
            .batchSize(1)
            .build();

    assertThatThrownBy(
            () ->
                Trainer.train(
                    config,
                    progress -> {
                      throw new AssertionError(progress);
                    }))
        .isInstanceOf(Tess2Exception.class)
        .hasMessageStartingWith(data + ", line 41: a chat must have at most 32 tokens, but has: ");
    assertThat(config.output()).doesNotExist();
  }

  private static final class DataChecks implements TrainingListener {
    private final List<DataProgress> seen = new ArrayList<>();
    private final Signal answer;

    DataChecks(Signal answer) {
      this.answer = answer;
    }

    @Override
    public Signal onDataCheck(DataProgress progress) {
      seen.add(progress);
      return answer;
    }

    @Override
    public Signal onStep(TrainingProgress progress) {
      return Signal.STOP;
    }
  }

  private TrainingConfig uneven(Conventions.LongChats rule) {
    Path data =
        Data.write(
            folder.resolve("uneven.jsonl"),
            Data.chat("What is 8 + 9?", "17"),
            Data.chat("What is 8 + 9?", "17 ".repeat(40)),
            Data.chat("What is 8 + 9? ".repeat(40), "17"));
    return TinyRun.builder(TrainingStage.INSTRUCTION, data, folder.resolve("out"))
        .conventions(Conventions.builder().longChats(rule).build())
        .build();
  }

  @ParameterizedTest
  @CsvSource({"CUT, 1, 1", "SKIP, 0, 2"})
  void dataCheck_chatsTooLong_areCounted(Conventions.LongChats rule, long cut, long skipped) {
    TrainingConfig config = uneven(rule);
    DataChecks checks = new DataChecks(Signal.CONTINUE);

    Trainer.train(config, checks);

    assertThat(checks.seen)
        .containsExactly(
            DataProgress.builder(config.data().get(0))
                .checked(3)
                .total(3)
                .cut(cut)
                .skipped(skipped)
                .build());
  }

  @Test
  void dataCheck_stopped_endsTheRunBeforeAStep() {
    TrainingResult result =
        Trainer.train(uneven(Conventions.LongChats.CUT), new DataChecks(Signal.STOP));

    assertThat(result.steps()).isZero();
    assertThat(result.finished()).isFalse();
  }

  @Test
  void dataCheck_manyLines_areReportedOnTheWay() {
    Path data =
        Data.write(
            folder.resolve("many.jsonl"),
            Stream.generate(() -> Data.text("x")).limit(20_001).toArray(String[]::new));
    DataChecks checks = new DataChecks(Signal.CONTINUE);

    Trainer.train(
        TinyRun.builder(TrainingStage.ADAPTATION, data, folder.resolve("out")).build(), checks);

    assertThat(checks.seen)
        .extracting(DataProgress::checked)
        .containsExactly(10_000L, 20_000L, 20_001L);
  }

  @Test
  void dataCheck_nothingFits_isRefused() {
    Path data = Data.write(folder.resolve("long.jsonl"), Data.chat("x", "17 ".repeat(40)));
    TrainingConfig config =
        TinyRun.builder(TrainingStage.INSTRUCTION, data, folder.resolve("out"))
            .conventions(Conventions.builder().longChats(Conventions.LongChats.SKIP).build())
            .build();

    assertThatThrownBy(() -> Trainer.train(config, TO_THE_END))
        .isInstanceOf(Tess2Exception.class)
        .hasMessage("data must have at least one line that is not skipped, but all are: 1");
  }

  @Test
  void run_noModelToStartFrom_isNamed() {
    TrainingConfig config =
        TrainingConfig.builder(TrainingStage.ADAPTATION)
            .startFrom(folder.resolve("nothing"))
            .data(TinyRun.data(TrainingStage.ADAPTATION, folder))
            .output(folder.resolve("out"))
            .build();

    assertThatThrownBy(() -> Trainer.train(config, TO_THE_END))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining(folder.resolve("nothing").toString());
  }

  @Test
  void run_sequencesOverTheModelsLimit_isRefused() {
    TrainingConfig config = tiny(TrainingStage.ADAPTATION, "out").sequenceLength(65).build();

    assertThatThrownBy(() -> Trainer.train(config, TO_THE_END))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("sequence length must be at most the model's longest, 64, but is: 65");
  }

  private TrainingConfig.Builder adapted(Path start, String output) {
    return TrainingConfig.builder(TrainingStage.INSTRUCTION)
        .startFrom(start)
        .data(TinyRun.data(TrainingStage.INSTRUCTION, folder))
        .output(folder.resolve(output))
        .lora(
            Lora.builder(2)
                .alpha(4)
                .targets(Set.of(Lora.Target.V_PROJ, Lora.Target.DOWN_PROJ))
                .build())
        .learningRate(LearningRate.constant(1e-2))
        .precision(Precision.FP32)
        .sequenceLength(32)
        .batchSize(2)
        .steps(6);
  }

  @Test
  void adapters_stoppedAndResumed_endBitForBitAsIfNot() throws IOException {
    Path start = Goldens.checkpoint("mistral");
    TrainingResult whole = Trainer.train(adapted(start, "whole").build(), TO_THE_END);
    TrainingConfig config = adapted(start, "parts").build();

    Trainer.train(config, stoppingAt(3));

    assertSameBits(Trainer.train(config, TO_THE_END), whole);
  }

  @Test
  void adapters_trained_areMergedIntoTheirTargetsAndChangeNothingElse() {
    Path start = Goldens.checkpoint("mistral");
    TrainingResult result = Trainer.train(adapted(start, "out").build(), TO_THE_END);

    try (Checkpoint before = Checkpoint.open(start);
        Checkpoint after = Checkpoint.open(result.checkpoint())) {
      assertThat(after.names()).isEqualTo(before.names());
      for (String name : before.names()) {
        if (name.matches(".*(v_proj|down_proj|timestep_embed)\\.weight")) {
          assertThat(after.floats(name)).as(name).isNotEqualTo(before.floats(name));
        } else {
          assertThat(after.floats(name)).as(name).isEqualTo(before.floats(name));
        }
      }
    }
  }

  @Test
  void stages_oneAfterTheOther_goOnWithTheWeightsBefore() {
    TrainingResult base =
        Trainer.train(tiny(TrainingStage.AUTOREGRESSIVE, "base").build(), TO_THE_END);
    Path data = TinyRun.data(TrainingStage.ADAPTATION, folder);
    TrainingResult adapted =
        Trainer.train(
            TrainingConfig.builder(TrainingStage.ADAPTATION)
                .startFrom(base.checkpoint())
                .data(data)
                .output(folder.resolve("adapted"))
                .sequenceLength(32)
                .steps(2)
                .build(),
            TO_THE_END);
    TrainingResult reward =
        Trainer.train(
            TrainingConfig.builder(TrainingStage.REWARD)
                .startFrom(adapted.checkpoint())
                .data(TinyRun.data(TrainingStage.REWARD, folder))
                .output(folder.resolve("reward"))
                .sequenceLength(40)
                .steps(2)
                .build(),
            TO_THE_END);

    assertThat(adapted.checkpoint().resolve("config.json"))
        .content()
        .contains("MistralForDiffusionLM");
    assertThat(reward.checkpoint().resolve("config.json"))
        .content()
        .contains("MistralForSequenceClassification");
  }
}
