package io.github.tess2.examples.cli;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.github.tess2.CheckpointInfo;
import io.github.tess2.Precision;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A description of a checkpoint, in sections of names and values. */
final class Inspection {
  private final JsonObject json = new JsonObject();

  private Inspection() {}

  static Inspection of(CheckpointInfo checkpoint, int length) {
    Inspection inspection = new Inspection();
    inspection.json.add("model", model(checkpoint));
    inspection.json.add("tensors", tensors(checkpoint.weights()));
    checkpoint.simplex().ifPresent(found -> inspection.json.add("diffusion", simplex(found)));
    checkpoint.masked().ifPresent(found -> inspection.json.add("diffusion", masked(found)));
    inspection.json.add("tokenizer", vocabulary(checkpoint.vocabulary()));
    inspection.json.add("memory", memory(checkpoint, length));
    return inspection;
  }

  JsonObject json() {
    return json;
  }

  /** The description as text: the name of each section, then one line for each value. */
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

  private static JsonObject model(CheckpointInfo checkpoint) {
    CheckpointInfo.Network network = checkpoint.network();
    JsonObject json = new JsonObject();
    json.addProperty("architecture", checkpoint.architecture());
    json.addProperty("purpose", checkpoint.purpose().name().toLowerCase(Locale.ROOT));
    json.addProperty("layers", network.layers());
    json.addProperty("hiddenSize", network.hiddenSize());
    json.addProperty("intermediateSize", network.intermediateSize());
    json.addProperty("heads", network.heads());
    json.addProperty("keyValueHeads", network.keyValueHeads());
    json.addProperty("headDimension", network.headDimension());
    json.addProperty("vocabularySize", network.vocabularySize());
    json.addProperty("maxPositions", network.maxPositions());
    json.addProperty("ropeTheta", network.ropeTheta());
    json.addProperty("ropeScaling", network.ropeScaling());
    json.addProperty("slidingWindow", orNull(network.slidingWindow()));
    json.addProperty("tiedHead", network.tiedHead());
    return json;
  }

  private static @Nullable Integer orNull(OptionalInt value) {
    return value.isPresent() ? value.getAsInt() : null;
  }

  private static JsonObject tensors(CheckpointInfo.Weights weights) {
    JsonObject bytesByType = new JsonObject();
    weights.bytesByType().forEach(bytesByType::addProperty);
    JsonObject json = new JsonObject();
    json.addProperty("count", weights.tensors());
    json.addProperty("withAdapter", weights.withAdapter());
    json.addProperty("parameters", weights.parameters());
    json.add("bytes", bytesByType);
    return json;
  }

  private static JsonObject masked(CheckpointInfo.Masked masked) {
    JsonObject json = new JsonObject();
    json.addProperty("process", "masked");
    json.addProperty("maskId", masked.maskId());
    json.addProperty("shiftedLogits", masked.shiftedLogits());
    json.addProperty("sampler", masked.sampler());
    return json;
  }

  private static JsonObject simplex(CheckpointInfo.Simplex simplex) {
    JsonObject json = new JsonObject();
    json.addProperty("noiseSchedule", simplex.noiseSchedule());
    json.addProperty("trainSteps", simplex.trainSteps());
    json.addProperty("simplexValue", simplex.simplexValue());
    json.addProperty("selfConditioning", simplex.selfConditioning().configName());
    OptionalDouble topP = simplex.topP();
    json.addProperty("topP", topP.isPresent() ? topP.getAsDouble() : null);
    json.addProperty("temperature", simplex.temperature());
    json.addProperty("attention", simplex.causal() ? "causal" : "bidirectional");
    json.addProperty("timestepEmbedding", simplex.timestepEmbedding());
    json.addProperty("cdcdTimeWarp", simplex.cdcdTimeWarp());
    return json;
  }

  private static JsonObject vocabulary(CheckpointInfo.Vocabulary vocabulary) {
    JsonObject json = new JsonObject();
    json.addProperty("size", vocabulary.size());
    json.addProperty("bosId", vocabulary.bosId());
    json.addProperty("eosId", vocabulary.eosId());
    json.addProperty("padId", vocabulary.padId());
    json.addProperty("fingerprint", vocabulary.fingerprint());
    return json;
  }

  /**
   * Bytes of the weights in each precision, and bytes that a request of {@code length} generated
   * tokens keeps between its steps: the tokens and [G,H].
   */
  private static JsonObject memory(CheckpointInfo checkpoint, int length) {
    JsonObject weights = new JsonObject();
    JsonObject request = new JsonObject();
    for (Precision precision : new Precision[] {Precision.FP32, Precision.FP16, Precision.BF16}) {
      String name = precision.name().toLowerCase(Locale.ROOT);
      weights.addProperty(name, checkpoint.weightBytes(precision));
      request.addProperty(name, checkpoint.requestBytes(precision, length));
    }
    JsonObject json = new JsonObject();
    json.add("weightBytes", weights);
    if (checkpoint.simplex().isPresent()) {
      json.addProperty("requestLength", length);
      json.add("requestBytes", request);
    }
    return json;
  }

  /** Turns {@code weightBytes} into {@code weight bytes}. */
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
