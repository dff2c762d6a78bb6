package io.github.tess2.runtime.checkpoint;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import io.github.tess2.CheckpointException;
import java.util.Base64;
import java.util.List;

/**
 * Reads the normalizer, the pre-tokenizer and the decoder of a {@code tokenizer.json}, as Hugging
 * Face's tokenizers 0.21 defines them, and copies what it has read. The native library uses the
 * values of these fields unchecked; a mistake in them ends the process.
 */
final class TokenizerSteps {
  private static final int MAX_NESTING = 8;
  private static final int MAX_STEPS = 64;
  private static final int MAX_GROWTH = 1024;
  private static final int MAX_LENGTH = 1 << 20;

  private static final List<String> BEHAVIORS =
      List.of("Removed", "Isolated", "MergedWithPrevious", "MergedWithNext", "Contiguous");
  private static final List<String> SCHEMES = List.of("first", "never", "always");

  private final CodePoints characters = new CodePoints();
  private int steps;
  private long growth = 1;
  private boolean compatible;
  private boolean keepsLetters = true;
  private boolean deletes;
  private boolean bytes;

  /** Whether a step turns a text into characters that represent its bytes. */
  boolean bytes() {
    return bytes;
  }

  /** Whether a text with an ASCII letter or digit still has one after the normalizer. */
  boolean keepsLetters() {
    return keepsLetters;
  }

  /** Whether the normalizer can reduce a text to nothing. */
  boolean deletes() {
    return deletes;
  }

  /** The checked normalizer, or null. */
  JsonElement normalizer(JsonFields file) {
    return part(file, "normalizer", this::normalizer);
  }

  /** The checked pre-tokenizer, or null. */
  JsonElement preTokenizer(JsonFields file) {
    return part(file, "pre_tokenizer", this::preTokenizer);
  }

  /** The checked decoder, or null. */
  JsonElement decoder(JsonFields file) {
    // Before the decoder, a text is as long as its tokens; earlier growth does not count.
    growth = 1;
    return part(file, "decoder", this::decoder);
  }

  /** Reads a step; the depth is the number of sequences around it. */
  private interface Reader {
    JsonObject read(TokenizerStep step, int depth);
  }

  private JsonElement part(JsonFields file, String field, Reader reader) {
    steps = 0;
    return file.object(field)
        .map(part -> (JsonElement) reader.read(new TokenizerStep(part), 0))
        .orElse(JsonNull.INSTANCE);
  }

  private JsonObject normalizer(TokenizerStep step, int depth) {
    switch (step.type()) {
      case "Sequence" -> sequence(step, "normalizers", this::normalizer, depth);
      case "Bert", "BertNormalizer" -> {
        step.bool("clean_text").bool("handle_chinese_chars").bool("lowercase");
        if (step.in().isSet("strip_accents")) {
          step.bool("strip_accents");
        }
        deletes = true;
        // Adds spaces around a character of three bytes; separates marks from their letters.
        grow(step, 6);
      }
      case "Strip" -> {
        step.bool("strip_left").bool("strip_right");
        deletes = true;
      }
      case "StripAccents", "Nmt" -> deletes = true;
      case "NFC", "NFD" -> grow(step, 3);
      case "NFKC", "NFKD" -> {
        // One Arabic ligature becomes eighteen letters. A second such step does not repeat that.
        grow(step, compatible ? 1 : 11);
        compatible = true;
      }
      case "Lowercase" -> grow(step, 2);
      case "ByteLevel" -> {
        bytes = true;
        grow(step, 2);
      }
      case "Precompiled" -> precompiled(step);
      case "Replace" -> replace(step);
      case "Prepend" -> grow(step, 1 + length(step.text("prepend")));
      default -> throw unknown(step, "normalizer");
    }
    return step.out();
  }

  private JsonObject preTokenizer(TokenizerStep step, int depth) {
    switch (step.type()) {
      case "Sequence" -> sequence(step, "pretokenizers", this::preTokenizer, depth);
      case "ByteLevel" -> {
        byteLevel(step);
        bytes = true;
        grow(step, 4);
      }
      case "Metaspace" -> metaspace(step);
      case "Split" -> {
        step.pattern(characters);
        step.word("behavior", BEHAVIORS).bool("invert");
      }
      case "Punctuation" -> step.word("behavior", "Isolated", BEHAVIORS);
      case "Digits" -> step.bool("individual_digits");
      case "CharDelimiterSplit" -> step.character("delimiter");
      case "FixedLength" -> {
        if (step.in().isSet("length")) {
          step.whole("length", 1, MAX_LENGTH);
        }
      }
      case "BertPreTokenizer", "Whitespace", "WhitespaceSplit", "UnicodeScripts" -> {}
      default -> throw unknown(step, "pre-tokenizer");
    }
    return step.out();
  }

  private JsonObject decoder(TokenizerStep step, int depth) {
    switch (step.type()) {
      case "Sequence" -> sequence(step, "decoders", this::decoder, depth);
      case "ByteLevel" -> byteLevel(step);
      case "Metaspace" -> metaspace(step);
      case "Replace" -> replace(step);
      // Each of these inserts a space or removes a text.
      case "WordPiece" -> {
        step.text("prefix");
        step.bool("cleanup");
        grow(step, 2);
      }
      case "BPEDecoder" -> {
        step.text("suffix");
        grow(step, 2);
      }
      case "CTC" -> {
        step.text("pad_token");
        step.text("word_delimiter_token");
        step.bool("cleanup");
        grow(step, 2);
      }
      case "Strip" -> {
        step.character("content");
        // The native library would cut from the end of a text that may be too short.
        step.whole("start", 0, MAX_LENGTH).whole("stop", 0, 0);
      }
      case "Fuse", "ByteFallback" -> {}
      default -> throw unknown(step, "decoder");
    }
    return step.out();
  }

  private void sequence(TokenizerStep step, String field, Reader reader, int depth) {
    if (depth >= MAX_NESTING) {
      throw step.in().wrong("type", "must not be nested over " + MAX_NESTING + " levels deep");
    }
    JsonArray read = new JsonArray();
    for (JsonFields inner : step.in().objects(field)) {
      if (++steps > MAX_STEPS) {
        throw inner.wrong("type", "must be one of at most " + MAX_STEPS + " steps");
      }
      read.add(reader.read(new TokenizerStep(inner), depth + 1));
    }
    step.out().add(field, read);
  }

  private static void byteLevel(TokenizerStep step) {
    step.bool("add_prefix_space").bool("trim_offsets").bool("use_regex", true);
  }

  private void metaspace(TokenizerStep step) {
    int length = length(step.character("replacement"));
    // This field came before prepend_scheme.
    boolean never = !step.in().bool("add_prefix_space", true);
    step.word("prepend_scheme", never ? "never" : "always", SCHEMES);
    if (never && !step.out().get("prepend_scheme").getAsString().equals("never")) {
      throw step.in().wrong("prepend_scheme", "must be \"never\" if add_prefix_space is false");
    }
    step.bool("split", true);
    grow(step, 1 + length);
  }

  private void replace(TokenizerStep step) {
    LinearRegex.Taken pattern = step.pattern(characters);
    String content = step.text("content");
    keepsLetters &=
        content.codePoints().anyMatch(TokenizerSteps::isLetter)
            || pattern.taken().stream().noneMatch(TokenizerSteps::isLetter);
    deletes |= content.isEmpty();
    grow(step, (length(content) + pattern.least() - 1) / pattern.least());
  }

  private void precompiled(TokenizerStep step) {
    String field = "precompiled_charsmap";
    step.in().required(field);
    String encoded =
        step.in()
            .text(field)
            .orElseThrow(() -> step.in().wrong(field, "must be a table in Base64"));
    CharsmapBounds map;
    byte[] table;
    try {
      table = Base64.getDecoder().decode(encoded);
      map = CharsmapBounds.check(table);
    } catch (IllegalArgumentException e) {
      throw step.in().wrong(field, "must be a sound table in Base64 (" + e.getMessage() + ")");
    }
    step.out().addProperty(field, Base64.getEncoder().encodeToString(table));
    keepsLetters &= map.keepsLetters();
    deletes |= map.deletes();
    grow(step, map.growth());
  }

  private void grow(TokenizerStep step, long factor) {
    growth = Math.min(MAX_GROWTH + 1, growth * Math.max(1, factor));
    if (growth > MAX_GROWTH) {
      throw step.in()
          .wrong(
              "type",
              "must be a step that, with those before it, makes no text over "
                  + MAX_GROWTH
                  + " times as long");
    }
  }

  private static int length(String text) {
    return text.getBytes(UTF_8).length;
  }

  /** Whether a character is an ASCII letter or digit, which only a replacement removes. */
  static boolean isLetter(int character) {
    return character < 128 && Character.isLetterOrDigit(character);
  }

  private static CheckpointException unknown(TokenizerStep step, String what) {
    return step.in().wrong("type", "must be a " + what + " that is supported");
  }
}
