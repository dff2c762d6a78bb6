package io.github.tess2.examples.cli;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.github.tess2.FinishReason;
import io.github.tess2.GenerationResult;
import java.time.Duration;
import java.util.Locale;

/** Formats a result as a line of JSON, and its statistics as a readable line. */
final class Results {
  private static final Gson GSON =
      new GsonBuilder().disableHtmlEscaping().serializeSpecialFloatingPointValues().create();

  private Results() {}

  /** The whole result, with the prompt as it was given. */
  static String json(String prompt, GenerationResult result) {
    JsonObject json = new JsonObject();
    json.addProperty("prompt", prompt);
    json.addProperty("text", result.text());
    if (!result.blanks().isEmpty()) {
      JsonArray blanks = new JsonArray();
      result.blanks().forEach(blanks::add);
      json.add("blanks", blanks);
    }
    json.addProperty("finishReason", result.finishReason().name().toLowerCase(Locale.ROOT));
    json.addProperty("steps", result.steps());
    json.addProperty("seed", result.seed());
    if (result.reward().isPresent()) {
      json.addProperty("reward", result.reward().getAsDouble());
    }
    JsonArray ids = new JsonArray();
    result.tokenIds().forEach(ids::add);
    json.add("tokenIds", ids);
    JsonArray confidence = new JsonArray();
    result.confidence().perToken().forEach(confidence::add);
    json.add("confidence", confidence);
    JsonObject timings = new JsonObject();
    timings.addProperty("waitingMillis", millis(result.timings().waiting()));
    timings.addProperty("denoisingMillis", millis(result.timings().denoising()));
    timings.addProperty("totalMillis", millis(result.timings().total()));
    json.add("timings", timings);
    return GSON.toJson(json);
  }

  /** The statistics of a generation. */
  static String statistics(GenerationResult result) {
    double seconds = result.timings().total().toNanos() / 1e9;
    double perStep = millis(result.timings().denoising()) / Math.max(1, result.steps());
    StringBuilder line =
        new StringBuilder(
            String.format(
                Locale.ROOT,
                "%d tokens, %d steps in %.2f s (%.1f ms each), %s, seed %d",
                result.tokenIds().length(),
                result.steps(),
                seconds,
                perStep,
                ending(result.finishReason()),
                result.seed()));
    if (!result.tokenIds().isEmpty()) {
      line.append(String.format(Locale.ROOT, ", mean confidence %.3f", result.confidence().mean()));
    }
    result.reward().ifPresent(r -> line.append(String.format(Locale.ROOT, ", reward %.4f", r)));
    return line.toString();
  }

  private static String ending(FinishReason reason) {
    return switch (reason) {
      case END_OF_SEQUENCE -> "ended by itself";
      case STOPPING_CRITERION -> "stopped as done";
      case LENGTH -> "filled its length";
      case CANCELLED -> "cancelled";
    };
  }

  private static double millis(Duration duration) {
    return duration.toNanos() / 1e6;
  }
}
