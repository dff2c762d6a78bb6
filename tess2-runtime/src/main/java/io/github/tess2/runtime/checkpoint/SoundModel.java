package io.github.tess2.runtime.checkpoint;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.github.tess2.CheckpointException;
import java.util.Locale;

/**
 * Checks and copies the model of a {@code tokenizer.json} for {@link SoundTokenizer}: BPE or
 * Unigram.
 */
final class SoundModel {
  /** Freeing a deeper tree of pieces overflows a thread's stack. */
  private static final int MAX_PIECE_BYTES = 1024;

  /** Keeps sums of scores finite. */
  private static final double MAX_SCORE = 1e30;

  private SoundModel() {}

  /**
   * Checks a model.
   *
   * @param model the model; the form and the ids of its vocabulary are already checked
   * @param bytes whether a step turns every text into characters that represent its bytes
   * @return the copy for the native library
   */
  static JsonObject of(JsonFields model, boolean bytes) {
    String type = model.text("type").orElse("BPE");
    JsonObject copy = type.equals("Unigram") ? unigram(model) : bpe(model, bytes);
    copy.addProperty("type", type);
    copy.addProperty("byte_fallback", model.bool("byte_fallback", false));
    copy.add("vocab", model.required("vocab"));
    return copy;
  }

  private static JsonObject bpe(JsonFields model, boolean bytes) {
    JsonObject copy = new JsonObject();
    JsonObject vocabulary = model.requiredObject("vocab").json();
    for (String token : vocabulary.keySet()) {
      requireShort(model, token.length(), SoundTokenizer.MAX_TOKEN, "characters");
    }
    model
        .text("unk_token")
        .ifPresent(
            unknown -> {
              if (!vocabulary.has(unknown) && !(bytes && hasAllBytes(vocabulary))) {
                throw model.wrong("unk_token", "must be a token of model.vocab");
              }
              copy.addProperty("unk_token", unknown);
            });
    copy.addProperty("fuse_unk", model.bool("fuse_unk", false));
    copy.addProperty("ignore_merges", model.bool("ignore_merges", false));
    copy.add("merges", merges(model));
    return copy;
  }

  private static void requireShort(JsonFields model, int length, int most, String unit) {
    if (length > most) {
      throw new CheckpointException(
          String.format(
              Locale.ROOT,
              "%s: model.vocab must have tokens of at most %d %s, but has one of: %d",
              model.source(),
              most,
              unit,
              length));
    }
  }

  /** Whether the vocabulary has a character for each byte, so that no byte is unknown. */
  private static boolean hasAllBytes(JsonObject vocabulary) {
    for (char letter : TokenAlphabet.byteLetters()) {
      if (!vocabulary.has(String.valueOf(letter))) {
        return false;
      }
    }
    return true;
  }

  /** Pairs of tokens, or each pair in one text with a space between. */
  private static JsonElement merges(JsonFields model) {
    JsonElement merges = model.required("merges");
    if (!merges.isJsonArray()) {
      throw model.wrong("merges", "must be an array");
    }
    JsonArray array = merges.getAsJsonArray();
    for (JsonElement merge : array) {
      boolean pair =
          merge.isJsonArray()
              && merge.getAsJsonArray().size() == 2
              && isText(merge.getAsJsonArray().get(0))
              && isText(merge.getAsJsonArray().get(1));
      if (!pair && !isText(merge)) {
        throw new CheckpointException(
            model.source()
                + ": model.merges must hold pairs of tokens, but holds: "
                + JsonFields.shown(merge));
      }
    }
    return merges;
  }

  private static boolean isText(JsonElement value) {
    return value.isJsonPrimitive() && value.getAsJsonPrimitive().isString();
  }

  private static JsonObject unigram(JsonFields model) {
    JsonElement vocabulary = model.required("vocab");
    if (!vocabulary.isJsonArray()) {
      throw model.wrong("vocab", "must be an array");
    }
    JsonArray pieces = vocabulary.getAsJsonArray();
    for (JsonElement piece : pieces) {
      if (!isPiece(piece)) {
        throw new CheckpointException(
            model.source()
                + ": model.vocab must hold pairs of a piece and a score of at most 1e30, but holds: "
                + JsonFields.shown(piece));
      }
      String text = piece.getAsJsonArray().get(0).getAsString();
      requireShort(model, text.getBytes(UTF_8).length, MAX_PIECE_BYTES, "bytes");
    }
    JsonObject copy = new JsonObject();
    long unknown = model.whole("unk_id", model.required("unk_id"), 0, pieces.size() - 1);
    copy.addProperty("unk_id", unknown);
    return copy;
  }

  private static boolean isPiece(JsonElement piece) {
    if (!piece.isJsonArray() || piece.getAsJsonArray().size() != 2) {
      return false;
    }
    JsonElement score = piece.getAsJsonArray().get(1);
    return isText(piece.getAsJsonArray().get(0))
        && score.isJsonPrimitive()
        && score.getAsJsonPrimitive().isNumber()
        && Math.abs(score.getAsDouble()) <= MAX_SCORE;
  }
}
