package io.github.tess2.runtime.checkpoint;

import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.List;

/**
 * One step of a normalizer, pre-tokenizer or decoder. Its fields are checked one by one, and only
 * checked fields are copied for the native library. Other fields are left out; the native library
 * ignores them.
 */
final class TokenizerStep {
  private static final int MAX_TEXT = 4096;

  private final JsonFields in;
  private final JsonObject out = new JsonObject();

  TokenizerStep(JsonFields in) {
    this.in = in;
    out.addProperty("type", type());
  }

  String type() {
    return in.requiredText("type");
  }

  JsonFields in() {
    return in;
  }

  /** The copy for the native library. */
  JsonObject out() {
    return out;
  }

  /** A Boolean that must be set. */
  TokenizerStep bool(String field) {
    out.addProperty(field, in.bool(field));
    return this;
  }

  /** A Boolean with a fallback. */
  TokenizerStep bool(String field, boolean fallback) {
    out.addProperty(field, in.bool(field, fallback));
    return this;
  }

  /** A text that must be set but may be empty; returns it. */
  String text(String field) {
    String text = in.requiredText(field);
    if (text.length() > MAX_TEXT) {
      throw in.wrong(field, "must have at most " + MAX_TEXT + " characters");
    }
    out.addProperty(field, text);
    return text;
  }

  /** A text of one character that must be set; returns it. */
  String character(String field) {
    String text = text(field);
    if (text.isEmpty() || text.codePointCount(0, text.length()) != 1) {
      throw in.wrong(field, "must be one character");
    }
    return text;
  }

  /** A whole number that must be set. */
  TokenizerStep whole(String field, int low, int high) {
    out.addProperty(field, in.whole(field, in.required(field), low, high));
    return this;
  }

  /** One of several words, which must be set. */
  TokenizerStep word(String field, List<String> words) {
    in.requiredText(field);
    return word(field, "", words);
  }

  /** One of several words, with a fallback. */
  TokenizerStep word(String field, String fallback, List<String> words) {
    String word = in.text(field).orElse(fallback);
    if (!words.contains(word)) {
      throw in.wrong(field, "must be one of " + words);
    }
    out.addProperty(field, word);
    return this;
  }

  /**
   * A pattern, {@code {"String": …}} or {@code {"Regex": …}}; returns what it consumes. It must not
   * match the empty text: the native library would lose count of the characters and end the
   * process.
   */
  LinearRegex.Taken pattern(CodePoints characters) {
    JsonFields pattern =
        in.object("pattern")
            .filter(one -> one.json().size() == 1)
            .filter(one -> one.isSet("String") || one.isSet("Regex"))
            .orElseThrow(
                () -> {
                  in.required("pattern");
                  return in.wrong("pattern", "must have either String or Regex");
                });
    String kind = pattern.isSet("String") ? "String" : "Regex";
    String text = pattern.requiredText(kind);
    JsonObject copy = new JsonObject();
    copy.add(kind, new JsonPrimitive(text));
    out.add("pattern", copy);
    if (text.isEmpty() || text.length() > MAX_TEXT) {
      throw pattern.wrong(kind, "must have from 1 to " + MAX_TEXT + " characters");
    }
    if (kind.equals("String")) {
      return new LinearRegex.Taken(
          text.codePointCount(0, text.length()), CodePoints.of(text.codePoints().toArray()));
    }
    try {
      return LinearRegex.check(text, characters);
    } catch (IllegalArgumentException e) {
      throw pattern.wrong(
          kind,
          "must be a regular expression that is known to take linear time ("
              + e.getMessage()
              + ")");
    }
  }
}
