package io.github.tess2.runtime.training;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.github.tess2.training.TrainingConfig;

/** What must not change when a run is resumed, as JSON. */
final class RunSettings {
  private RunSettings() {}

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
    settings.addProperty("learningRate", config.learningRate().toString());
    settings.addProperty("optimizer", config.optimizer().toString());
    settings.addProperty("precision", config.precision().name());
    settings.addProperty("noisyShare", config.noisyShare());
    settings.addProperty("seed", config.seed());
    if (config.lora() != null) {
      settings.addProperty("lora", config.lora().toString());
    }
    return settings;
  }
}
