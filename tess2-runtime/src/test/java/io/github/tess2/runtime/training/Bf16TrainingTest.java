package io.github.tess2.runtime.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.tess2.CheckpointException;
import io.github.tess2.Precision;
import io.github.tess2.runtime.Goldens;
import io.github.tess2.runtime.checkpoint.SafetensorsFile;
import io.github.tess2.runtime.checkpoint.TensorInfo;
import io.github.tess2.runtime.checkpoint.TensorType;
import io.github.tess2.training.AdamW;
import io.github.tess2.training.Trainer;
import io.github.tess2.training.TrainingConfig;
import io.github.tess2.training.TrainingListener.Signal;
import io.github.tess2.training.TrainingResult;
import io.github.tess2.training.TrainingStage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests passes in bf16, with weights and moments always in float32. */
class Bf16TrainingTest {
  private static final TrainingStage STAGE = TrainingStage.AUTOREGRESSIVE;

  @TempDir Path folder;

  private TrainingConfig config(Precision precision) {
    return TinyRun.builder(STAGE, TinyRun.data(STAGE, folder), folder.resolve("out"))
        .precision(precision)
        .steps(4)
        .build();
  }

  private static void assertTypes(Path file, TensorType type) {
    try (SafetensorsFile open = SafetensorsFile.open(file)) {
      assertThat(open.tensors().values()).extracting(TensorInfo::dtype).containsOnly(type);
    }
  }

  private static JsonObject state(Path checkpoint) throws IOException {
    return JsonParser.parseString(Files.readString(checkpoint.resolve("training/state.json")))
        .getAsJsonObject();
  }

  @Test
  void checkpoint_ofARunInBf16_hasModelInBf16AndStateInFloat32() {
    TrainingResult result = Trainer.train(config(Precision.BF16), progress -> Signal.CONTINUE);

    assertTypes(result.checkpoint().resolve("model.safetensors"), TensorType.BF16);
    assertTypes(result.checkpoint().resolve("training/optimizer.safetensors"), TensorType.F32);
  }

  /**
   * At 0.25 and above bf16 has steps of 1e-3, so a single update added to such a bf16 weight would
   * be lost.
   */
  @Test
  void updates_farBelowBf16Resolution_addUpInTheWeights() {
    double rate = 1e-5;
    int steps = 200;
    Goldens.Case golden = Goldens.named("train-ar-all");
    AdamW settings = AdamW.DEFAULT;
    TrainingBatch batch = GoldenRun.batch(golden.parameter("ids", int[][].class));
    for (int row = 0; row < batch.tokens(); row++) {
      batch.target(row);
    }
    try (GoldenRun run = new GoldenRun(golden, STAGE, new float[0], Precision.BF16)) {
      Optimizer optimizer = new Optimizer(run.graph, run.manager, run.weights.trained(), settings);
      float[] before = norm(run);
      for (int step = 1; step <= steps; step++) {
        try (NDManager scope = run.manager.newSubManager()) {
          optimizer.step(scope, run.losses.gradients(scope, batch).subNDList(1), step, rate);
        }
      }
      float[] after = norm(run);

      double farthest = 0;
      for (int i = 0; i < before.length; i++) {
        if (before[i] > 0.25) {
          farthest = Math.max(farthest, Math.abs(after[i] - before[i]));
        }
      }
      assertThat(farthest).isBetween(0.5 * steps * rate, 1.5 * steps * rate);
    }
  }

  private static float[] norm(GoldenRun run) {
    return run.byName(new NDList(run.weights.trained().values())).get("model.norm.weight");
  }

  /** Simulates a run that began on a machine where AUTO chooses the other precision. */
  @Test
  void run_automaticPrecision_goesOnInWhatItBeganWith() throws IOException {
    TrainingConfig config = config(Precision.AUTO);
    Path begun =
        Trainer.train(config, progress -> progress.step() < 2 ? Signal.CONTINUE : Signal.STOP)
            .checkpoint();
    JsonObject state = state(begun);
    boolean bf16 = state.get("precision").getAsString().equals("BF16");
    state.addProperty("precision", bf16 ? "FP32" : "BF16");
    Files.writeString(begun.resolve("training/state.json"), state.toString());

    Path ended = Trainer.train(config, progress -> Signal.CONTINUE).checkpoint();

    assertThat(state(ended).get("precision")).isEqualTo(state.get("precision"));
    assertTypes(ended.resolve("model.safetensors"), bf16 ? TensorType.F32 : TensorType.BF16);
  }

  @Test
  void run_stateOfAnEarlierVersion_goesOn() throws IOException {
    TrainingConfig config = config(Precision.AUTO);
    Path begun = Trainer.train(config, progress -> Signal.STOP).checkpoint();
    JsonObject state = state(begun);
    state.remove("precision");
    Files.writeString(begun.resolve("training/state.json"), state.toString());

    assertThat(Trainer.train(config, progress -> Signal.CONTINUE).finished()).isTrue();
  }

  @Test
  void run_stateWithAnotherPrecision_isNamed() throws IOException {
    TrainingConfig config = config(Precision.AUTO);
    Path begun = Trainer.train(config, progress -> Signal.STOP).checkpoint();
    JsonObject state = state(begun);
    state.addProperty("precision", "FP8");
    Path file = begun.resolve("training/state.json");
    Files.writeString(file, state.toString());

    assertThatThrownBy(() -> Trainer.train(config, progress -> Signal.CONTINUE))
        .isInstanceOf(CheckpointException.class)
        .hasMessage(file + ": precision must be BF16 or FP32, but is: \"FP8\"");
  }
}
