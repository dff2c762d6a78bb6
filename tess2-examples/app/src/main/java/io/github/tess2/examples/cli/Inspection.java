package io.github.tess2.examples.cli;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.github.tess2.Precision;
import io.github.tess2.Tokenizer;
import io.github.tess2.runtime.checkpoint.Checkpoint;
import io.github.tess2.runtime.checkpoint.DiffusionConfig;
import io.github.tess2.runtime.checkpoint.MaskedConfig;
import io.github.tess2.runtime.checkpoint.ModelConfig;
import io.github.tess2.runtime.checkpoint.RopeScaling;
import io.github.tess2.runtime.checkpoint.TensorInfo;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What there is to tell of a checkpoint, in sections of names and values. */
final class Inspection {
  private final JsonObject json = new JsonObject();

  private Inspection() {}

  static Inspection of(Checkpoint checkpoint, Tokenizer tokenizer, int length) {
    Inspection inspection = new Inspection();
    inspection.json.add("model", model(checkpoint.config()));
    inspection.json.add("tensors", tensors(checkpoint));
    if (checkpoint.config().purpose() == ModelConfig.Purpose.DIFFUSION) {
      inspection.json.add("diffusion", diffusion(checkpoint));
    }
    inspection.json.add("tokenizer", tokenizer(tokenizer));
    inspection.json.add("memory", memory(checkpoint, length));
    return inspection;
  }

  JsonObject json() {
    return json;
  }

  /** A line for each value, under its section's name. */
  String text() {
    StringBuilder text = new StringBuilder();
    json.entrySet()
        .forEach(
            section -> {
              text.append(String.format(Locale.ROOT, "%s%n", section.getKey()));
              section
                  .getValue()
                  .getAsJsonObject()
                  .entrySet()
                  .forEach(entry -> text.append(line(entry.getKey(), entry.getValue())));
            });
    return text.toString();
  }

  private static String line(String name, JsonElement value) {
    return String.format(Locale.ROOT, "  %-22s %s%n", words(name), shown(name, value));
  }

  private static JsonObject model(ModelConfig config) {
    JsonObject json = new JsonObject();
    json.addProperty("architecture", config.family().modelType().toLowerCase(Locale.ROOT));
    json.addProperty("purpose", config.purpose().name().toLowerCase(Locale.ROOT));
    json.addProperty("layers", config.layers());
    json.addProperty("hiddenSize", config.hiddenSize());
    json.addProperty("intermediateSize", config.intermediateSize());
    json.addProperty("heads", config.heads());
    json.addProperty("keyValueHeads", config.keyValueHeads());
    json.addProperty("headDimension", config.headDimension());
    json.addProperty("vocabularySize", config.vocabularySize());
    json.addProperty("maxPositions", config.maxPositions());
    json.addProperty("ropeTheta", config.ropeTheta());
    json.addProperty("ropeScaling", ropeScaling(config.ropeScaling()));
    json.addProperty("slidingWindow", orNull(config.slidingWindow()));
    json.addProperty("tiedHead", config.tiedHead());
    return json;
  }

  private static String ropeScaling(RopeScaling scaling) {
    if (scaling instanceof RopeScaling.Linear linear) {
      return "linear, factor " + linear.factor();
    }
    if (scaling instanceof RopeScaling.Llama3 llama3) {
      return String.format(
          Locale.ROOT,
          "llama3, factor %s, frequency factors %s to %s, of %d positions",
          llama3.factor(),
          llama3.lowFrequencyFactor(),
          llama3.highFrequencyFactor(),
          llama3.originalMaxPositions());
    }
    return "none";
  }

  private static @Nullable Integer orNull(OptionalInt value) {
    return value.isPresent() ? value.getAsInt() : null;
  }

  private static JsonObject tensors(Checkpoint checkpoint) {
    Map<String, Long> bytes = new TreeMap<>();
    for (String name : checkpoint.names()) {
      TensorInfo info = checkpoint.info(name);
      bytes.merge(info.dtype().name().toLowerCase(Locale.ROOT), info.byteCount(), Long::sum);
    }
    JsonObject bytesByType = new JsonObject();
    bytes.forEach(bytesByType::addProperty);
    JsonObject json = new JsonObject();
    json.addProperty("count", checkpoint.names().size());
    json.addProperty("withAdapter", checkpoint.adapted());
    json.addProperty("parameters", parameters(checkpoint));
    json.add("bytes", bytesByType);
    return json;
  }

  private static long parameters(Checkpoint checkpoint) {
    return checkpoint.names().stream()
        .mapToLong(name -> checkpoint.info(name).elementCount())
        .sum();
  }

  private static JsonObject diffusion(Checkpoint checkpoint) {
    Optional<MaskedConfig> masked = checkpoint.config().masked();
    return masked.isPresent() ? masked(masked.get()) : simplex(checkpoint);
  }

  private static JsonObject masked(MaskedConfig masked) {
    JsonObject json = new JsonObject();
    json.addProperty("process", "masked");
    json.addProperty("maskId", masked.maskId());
    json.addProperty("shiftedLogits", masked.shifted());
    json.addProperty("sampler", masked.sampler());
    return json;
  }

  private static JsonObject simplex(Checkpoint checkpoint) {
    DiffusionConfig diffusion = checkpoint.config().diffusion();
    JsonObject json = new JsonObject();
    json.addProperty("noiseSchedule", diffusion.noiseSchedule());
    json.addProperty("trainSteps", diffusion.trainSteps());
    json.addProperty("simplexValue", diffusion.simplexValue());
    json.addProperty("selfConditioning", diffusion.selfConditioning());
    OptionalDouble topP = diffusion.topP();
    json.addProperty("topP", topP.isPresent() ? topP.getAsDouble() : null);
    json.addProperty("temperature", diffusion.temperature());
    json.addProperty("attention", diffusion.causal() ? "causal" : "bidirectional");
    json.addProperty("timestepEmbedding", diffusion.timestepEmbedding());
    json.addProperty("cdcdTimeWarp", checkpoint.isCdcd());
    return json;
  }

  private static JsonObject tokenizer(Tokenizer tokenizer) {
    JsonObject json = new JsonObject();
    json.addProperty("size", tokenizer.size());
    json.addProperty("bosId", tokenizer.bosId());
    json.addProperty("eosId", tokenizer.eosId());
    json.addProperty("padId", tokenizer.padId());
    json.addProperty("fingerprint", tokenizer.fingerprint());
    return json;
  }

  /**
   * The weights in each precision, and what a request of {@code length} generated tokens keeps
   * between its steps: the tokens and [G,H].
   */
  private static JsonObject memory(Checkpoint checkpoint, int length) {
    long parameters = parameters(checkpoint);
    long hidden = checkpoint.config().hiddenSize();
    JsonObject weights = new JsonObject();
    JsonObject request = new JsonObject();
    for (Precision precision : new Precision[] {Precision.FP32, Precision.FP16, Precision.BF16}) {
      String name = precision.name().toLowerCase(Locale.ROOT);
      int width = precision == Precision.FP32 ? Float.BYTES : Short.BYTES;
      weights.addProperty(name, parameters * width);
      request.addProperty(name, length * (hidden * width + Long.BYTES));
    }
    JsonObject json = new JsonObject();
    json.add("weightBytes", weights);
    if (checkpoint.config().purpose() == ModelConfig.Purpose.DIFFUSION
        && checkpoint.config().masked().isEmpty()) {
      json.addProperty("requestLength", length);
      json.add("requestBytes", request);
    }
    return json;
  }

  /** {@code weightBytes} as {@code weight bytes}. */
  private static String words(String name) {
    return name.replaceAll("([a-z0-9])([A-Z])", "$1 $2").toLowerCase(Locale.ROOT);
  }

  private static String shown(String name, JsonElement value) {
    if (value.isJsonObject()) {
      return value.getAsJsonObject().entrySet().stream()
          .map(entry -> entry.getKey() + " " + bytes(entry.getValue().getAsLong()))
          .collect(Collectors.joining(", "));
    }
    if (value.isJsonNull()) {
      return "none";
    }
    return name.equals("parameters")
        ? String.format(Locale.ROOT, "%,d", value.getAsLong())
        : value.getAsString();
  }

  private static String bytes(long bytes) {
    String[] units = {"B", "KiB", "MiB", "GiB", "TiB"};
    double value = bytes;
    int unit = 0;
    while (value >= 1024 && unit < units.length - 1) {
      value /= 1024;
      unit++;
    }
    return unit == 0 ? bytes + " B" : String.format(Locale.ROOT, "%.1f %s", value, units[unit]);
  }
}
