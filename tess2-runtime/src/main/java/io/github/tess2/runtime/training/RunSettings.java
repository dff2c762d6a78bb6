package io.github.tess2.runtime.training;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.github.tess2.Tess2Exception;
import io.github.tess2.training.Conventions;
import io.github.tess2.training.LearningRate;
import io.github.tess2.training.TrainingConfig;
import java.nio.file.Path;
import java.util.Locale;

/** The settings that must not change when a run is resumed, as JSON. */
final class RunSettings {
  private RunSettings() {}

  /**
   * Checks that an output folder does not contain a run with other settings.
   *
   * @throws Tess2Exception if it does
   */
  static void requireSame(TrainingConfig config) {
    Path checkpoint = RunFolder.newest(config.output()).orElse(null);
    if (checkpoint == null) {
      return;
    }
    JsonElement before = TrainingState.run(checkpoint).get("settings");
    JsonElement now = of(config);
    if (!now.equals(before)) {
      throw new Tess2Exception(
          String.format(
              Locale.ROOT,
              "%s holds a run with other settings: %s, not %s; choose another output folder",
              config.output(),
              before,
              now));
    }
  }

  static JsonObject of(TrainingConfig config) {
    JsonObject settings = new JsonObject();
    settings.addProperty("stage", config.stage().name());
    settings.addProperty(
        "start",
        config.startFrom() == null
            ? String.valueOf(config.fresh())
            : config.startFrom().toString());
    JsonArray data = new JsonArray();
    config.data().forEach(file -> data.add(file.toString()));
    settings.add("data", data);
    settings.addProperty("steps", config.steps());
    settings.addProperty("batchSize", config.batchSize());
    settings.addProperty("accumulation", config.accumulation());
    settings.addProperty("sequenceLength", config.sequenceLength());
    settings.addProperty("learningRate", text(config.learningRate()));
    settings.addProperty("optimizer", config.optimizer().toString());
    settings.addProperty("precision", config.precision().name());
    settings.addProperty("noisyShare", config.noisyShare());
    settings.addProperty("seed", config.seed());
    if (config.lora() != null) {
      settings.addProperty("lora", config.lora().toString());
    }
    // Only if not the default, so that runs of versions without these choices can resume.
    if (!config.conventions().equals(Conventions.DEFAULT)) {
      settings.addProperty("conventions", config.conventions().toString());
    }
    return settings;
  }

  /** In the form of versions in which all rates ended at 0. */
  private static String text(LearningRate rate) {
    return String.format(
        Locale.ROOT,
        "LearningRate[peak=%s, warmupSteps=%d, shape=%s%s]",
        rate.peak(),
        rate.warmupSteps(),
        rate.shape(),
        rate.endShare() == 0 ? "" : ", endShare=" + rate.endShare());
  }
}
