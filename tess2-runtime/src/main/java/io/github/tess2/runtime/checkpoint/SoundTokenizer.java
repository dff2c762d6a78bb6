package io.github.tess2.runtime.checkpoint;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import java.util.List;
import java.util.Locale;

/**
 * Makes a copy of a {@code tokenizer.json} that is safe for the native library. Many mistakes in a
 * file make that library end the process, when it reads the file or later on a certain text. So
 * every field is checked against what the library does with it, and only checked fields are copied.
 * A mistake is a {@link io.github.tess2.CheckpointException} that names the field, the rule and the
 * value. Truncation, padding and adding special tokens are left out: they are done elsewhere.
 */
final class SoundTokenizer {
  private static final String VERSION = "1.0";

  private static final int MAX_ADDED = 1 << 16;
  private static final int MAX_ADDED_CHARACTERS = 1 << 22;

  private static final List<String> FLAGS =
      List.of("single_word", "lstrip", "rstrip", "normalized", "special");

  private static final String TOO_MANY =
      String.format(
          Locale.ROOT,
          "must be one of at most %d, of %d characters together",
          MAX_ADDED,
          MAX_ADDED_CHARACTERS);

  /**
   * A token that the normalizer reduces to nothing would be found between the bytes of a character.
   */
  private static final String NEVER_NORMALIZED =
      "must be false if the normalizer can leave nothing of the token";

  /** White space that both ends one token and makes up another is cut in the wrong place. */
  private static final String NEVER_STRIPPED =
      "must be false for a token without an ASCII letter or digit if another has rstrip";

  /** The longest token. Published ones have up to some hundred characters. */
  static final int MAX_TOKEN = 4096;

  private SoundTokenizer() {}

  /** Checks a whole file. */
  static JsonObject of(JsonFields file) {
    JsonObject copy = new JsonObject();
    if (!file.text("version").orElse(VERSION).equals(VERSION)) {
      throw file.wrong("version", "must be \"" + VERSION + '"');
    }
    copy.addProperty("version", VERSION);
    copy.add("truncation", JsonNull.INSTANCE);
    copy.add("padding", JsonNull.INSTANCE);
    TokenizerSteps steps = new TokenizerSteps();
    JsonElement normalizer = steps.normalizer(file);
    JsonElement preTokenizer = steps.preTokenizer(file);
    copy.add("added_tokens", added(file, steps));
    copy.add("normalizer", normalizer);
    copy.add("pre_tokenizer", preTokenizer);
    copy.add("post_processor", JsonNull.INSTANCE);
    copy.add("decoder", steps.decoder(file));
    copy.add("model", SoundModel.of(file.requiredObject("model"), steps.bytes()));
    return copy;
  }

  private static JsonArray added(JsonFields file, TokenizerSteps steps) {
    JsonArray copy = new JsonArray();
    if (!file.isSet("added_tokens")) {
      return copy;
    }
    int characters = 0;
    boolean rightStripped = false;
    JsonFields leftStripped = null;
    for (JsonFields token : file.objects("added_tokens")) {
      copy.add(added(token));
      String content = token.requiredText("content");
      characters += content.length();
      if (copy.size() > MAX_ADDED || characters > MAX_ADDED_CHARACTERS) {
        throw token.wrong("content", TOO_MANY);
      }
      boolean normalized = token.bool("normalized");
      boolean solid =
          content.codePoints().anyMatch(TokenizerSteps::isLetter)
              && (!normalized || steps.keepsLetters());
      if (normalized && steps.deletes() && !solid && !content.isEmpty()) {
        throw token.wrong("normalized", NEVER_NORMALIZED);
      }
      rightStripped |= token.bool("rstrip");
      leftStripped = token.bool("lstrip") && !solid ? token : leftStripped;
    }
    if (rightStripped && leftStripped != null) {
      throw leftStripped.wrong("lstrip", NEVER_STRIPPED);
    }
    return copy;
  }

  private static JsonObject added(JsonFields token) {
    JsonObject copy = new JsonObject();
    copy.addProperty("id", token.integer("id"));
    String content = token.requiredText("content");
    if (content.length() > MAX_TOKEN) {
      throw token.wrong("content", "must have at most " + MAX_TOKEN + " characters");
    }
    copy.addProperty("content", content);
    for (String flag : FLAGS) {
      copy.addProperty(flag, token.bool(flag));
    }
    return copy;
  }
}
