package io.github.tess2.runtime.checkpoint;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How a tokenizer spells text before it looks for tokens, if it does so character by character. The
 * spelled tokens, joined, are then the text, except for a space that may be put in front of it. A
 * tokenizer that deletes or joins characters has no alphabet.
 *
 * @param replaced the character that replaces another one in the spelling
 * @param bytes whether each byte of the text in UTF-8 is a character
 * @param spacesEverywhere whether a space may be put in front of any word, not just the first
 */
record TokenAlphabet(Map<Character, Character> replaced, boolean bytes, boolean spacesEverywhere) {
  private static final String SPACE = "\u2581";
  private static final int BYTES = 256;

  /** The character that represents each byte: the byte's own character if it is visible. */
  private static final char[] BYTE_LETTERS = byteLetters();

  /** The alphabet of a {@code tokenizer.json}; empty if it has none. */
  static Optional<TokenAlphabet> of(JsonObject tokenizer) {
    List<JsonObject> normalizers = flat(tokenizer.get("normalizer"), "normalizers");
    List<JsonObject> splitters = flat(tokenizer.get("pre_tokenizer"), "pretokenizers");
    Map<Character, Character> replaced = new HashMap<>();
    boolean known =
        normalizers.stream().allMatch(one -> replaces(one, replaced))
            && splitters.stream().allMatch(one -> keepsAll(one, replaced));
    boolean bytes = splitters.stream().anyMatch(one -> type(one).equals("ByteLevel"));
    return known
        ? Optional.of(
            new TokenAlphabet(
                Map.copyOf(replaced),
                bytes,
                splitters.size() > 1 && splitters.stream().anyMatch(TokenAlphabet::addsSpace)))
        : Optional.empty();
  }

  private static List<JsonObject> flat(JsonElement part, String inside) {
    List<JsonObject> all = new ArrayList<>();
    if (part != null && part.isJsonObject()) {
      JsonObject object = part.getAsJsonObject();
      if (type(object).equals("Sequence") && object.get(inside) instanceof JsonArray parts) {
        parts.forEach(one -> all.addAll(flat(one, inside)));
      } else {
        all.add(object);
      }
    }
    return all;
  }

  private static boolean replaces(JsonObject normalizer, Map<Character, Character> replaced) {
    if (type(normalizer).equals("Prepend")) {
      return text(normalizer, "prepend").equals(SPACE);
    }
    if (!type(normalizer).equals("Replace")
        || !(normalizer.get("pattern") instanceof JsonObject pattern)) {
      return false;
    }
    String from = text(pattern, "String");
    String to = text(normalizer, "content");
    return from.length() == 1
        && to.length() == 1
        && !replaced.containsKey(to.charAt(0))
        && !replaced.containsValue(from.charAt(0))
        && replaced.putIfAbsent(from.charAt(0), to.charAt(0)) == null;
  }

  private static boolean keepsAll(JsonObject splitter, Map<Character, Character> replaced) {
    return switch (type(splitter)) {
      case "ByteLevel", "Digits", "UnicodeScripts" -> true;
      case "Split", "Punctuation" -> !text(splitter, "behavior").equals("Removed");
      case "Metaspace" -> {
        boolean chained = replaced.containsValue(' ');
        replaced.put(' ', SPACE.charAt(0));
        yield text(splitter, "replacement").equals(SPACE) && !chained;
      }
      default -> false;
    };
  }

  private static boolean addsSpace(JsonObject splitter) {
    return type(splitter).equals("Metaspace") || text(splitter, "add_prefix_space").equals("true");
  }

  private static String type(JsonObject part) {
    return text(part, "type");
  }

  private static String text(JsonObject part, String field) {
    JsonElement value = part.get(field);
    return value != null && value.isJsonPrimitive() ? value.getAsString() : "";
  }

  /** Spells a text. */
  String spell(String text) {
    StringBuilder spelled = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      spelled.append((char) replaced.getOrDefault(c, c));
    }
    return bytes ? spellBytes(spelled.toString()) : spelled.toString();
  }

  private static String spellBytes(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    StringBuilder spelled = new StringBuilder(utf8.length);
    for (byte one : utf8) {
      spelled.append(BYTE_LETTERS[Byte.toUnsignedInt(one)]);
    }
    return spelled.toString();
  }

  /**
   * Whether a character of a spelled text may be white space or part of a white-space character.
   */
  boolean maybeSpace(int point) {
    return bytes
        ? point <= ' ' || point >= 0x7f
        : point == SPACE.charAt(0)
            || Character.isWhitespace(point)
            || Character.isSpaceChar(point)
            || point == 0x85;
  }

  /** The spelling of the space that may be put in front of a text. */
  char space() {
    return bytes ? BYTE_LETTERS[' '] : SPACE.charAt(0);
  }

  /** The character that represents each byte in a byte-level vocabulary. */
  static char[] byteLetters() {
    char[] letters = new char[BYTES];
    int unseen = 0;
    for (int i = 0; i < BYTES; i++) {
      boolean seen = (i > ' ' && i < 0x7f) || (i > 0xa0 && i != 0xad);
      letters[i] = (char) (seen ? i : BYTES + unseen++);
    }
    return letters;
  }
}
