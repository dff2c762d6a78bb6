package io.github.tess2.runtime.checkpoint;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Changes the structure of JSON at random. A seed reproduces the changes. */
final class JsonMutator {
  private static final List<String> NUMBERS =
      List.of(
          "0",
          "1",
          "-1",
          "2",
          "0.5",
          "300",
          "2147483647",
          "2147483648",
          "4294967295",
          "9223372036854775807",
          "18446744073709551616",
          "1e308",
          "-1e308",
          "1e999",
          "1E0");

  private static final List<String> TEXTS =
      List.of(
          "",
          " ",
          "a",
          "▁",
          "é",
          "\0",
          "\n",
          "\uD800",
          "\uDC00x",
          "</s>",
          "<s>",
          "<0x41>",
          "##",
          "1.0",
          "(a+)+$",
          "\\s+$",
          "(",
          "[",
          "\\p{L}+",
          "a*",
          "(?=a)",
          "(?<!a)",
          ".*.*=.*",
          "\\X",
          "(?:",
          "Sequence",
          "Strip",
          "Replace",
          "Regex",
          "String",
          "BPE",
          "Unigram",
          "Isolated",
          "first",
          "AAAA",
          "BAAAAAAAAAA=",
          "x".repeat(5000),
          "(".repeat(3000),
          "\u0301",
          "🙂");

  /** Valid steps of every kind, by the name of the field that holds a sequence of them. */
  private static final Map<String, List<String>> STEPS =
      Map.of(
          "normalizers",
          List.of(
              "{\"type\":\"Bert\",\"clean_text\":true,\"handle_chinese_chars\":true,\"lowercase\":true}",
              "{\"type\":\"Strip\",\"strip_left\":true,\"strip_right\":true}",
              "{\"type\":\"StripAccents\"}",
              "{\"type\":\"NFC\"}",
              "{\"type\":\"NFD\"}",
              "{\"type\":\"NFKC\"}",
              "{\"type\":\"NFKD\"}",
              "{\"type\":\"Lowercase\"}",
              "{\"type\":\"Nmt\"}",
              "{\"type\":\"Replace\",\"pattern\":{\"String\":\" \"},\"content\":\"▁\"}",
              "{\"type\":\"Replace\",\"pattern\":{\"Regex\":\"\\\\s+|é\"},\"content\":\"\"}",
              "{\"type\":\"Replace\",\"pattern\":{\"String\":\"▁\"},\"content\":\" \"}",
              "{\"type\":\"Prepend\",\"prepend\":\"▁\"}",
              "{\"type\":\"Precompiled\",\"precompiled_charsmap\":\"TABLE\"}",
              "{\"type\":\"ByteLevel\"}"),
          "pretokenizers",
          List.of(
              "{\"type\":\"BertPreTokenizer\"}",
              "{\"type\":\"ByteLevel\",\"add_prefix_space\":true,\"trim_offsets\":true,\"use_regex\":true}",
              "{\"type\":\"CharDelimiterSplit\",\"delimiter\":\"a\"}",
              "{\"type\":\"Metaspace\",\"replacement\":\"▁\",\"prepend_scheme\":\"first\",\"split\":true}",
              "{\"type\":\"Metaspace\",\"replacement\":\"a\",\"prepend_scheme\":\"always\",\"split\":true}",
              "{\"type\":\"Whitespace\"}",
              "{\"type\":\"WhitespaceSplit\"}",
              "{\"type\":\"Split\",\"pattern\":{\"String\":\"a\"},\"behavior\":\"Contiguous\",\"invert\":true}",
              "{\"type\":\"Split\",\"pattern\":{\"Regex\":\"\\\\p{L}+|\\\\s+(?!\\\\S)|\\\\s+\"},"
                  + "\"behavior\":\"MergedWithNext\",\"invert\":false}",
              "{\"type\":\"Punctuation\",\"behavior\":\"MergedWithPrevious\"}",
              "{\"type\":\"Digits\",\"individual_digits\":false}",
              "{\"type\":\"UnicodeScripts\"}",
              "{\"type\":\"FixedLength\",\"length\":3}"),
          "decoders",
          List.of(
              "{\"type\":\"BPEDecoder\",\"suffix\":\"\"}",
              "{\"type\":\"WordPiece\",\"prefix\":\"##\",\"cleanup\":true}",
              "{\"type\":\"CTC\",\"pad_token\":\"\",\"word_delimiter_token\":\"\",\"cleanup\":true}",
              "{\"type\":\"Fuse\"}",
              "{\"type\":\"Strip\",\"content\":\" \",\"start\":2,\"stop\":0}",
              "{\"type\":\"ByteFallback\"}",
              "{\"type\":\"ByteLevel\",\"add_prefix_space\":true,\"trim_offsets\":true,\"use_regex\":true}",
              "{\"type\":\"Metaspace\",\"replacement\":\"▁\",\"prepend_scheme\":\"first\",\"split\":true}",
              "{\"type\":\"Replace\",\"pattern\":{\"String\":\"▁\"},\"content\":\" \"}"));

  private static final List<String> PARTS = List.of("normalizers", "pretokenizers", "decoders");
  private static final int MANY = 50;

  private final Random random;
  private final String table;

  JsonMutator(Random random, String table) {
    this.random = random;
    this.table = table;
  }

  /** A valid step, or a sequence of some. */
  JsonElement step(String part) {
    if (random.nextInt(3) > 0) {
      return JsonParser.parseString(pick(STEPS.get(part)).replace("TABLE", table));
    }
    JsonArray steps = new JsonArray();
    for (int count = random.nextInt(4); count > 0; count--) {
      steps.add(step(part));
    }
    JsonObject sequence = new JsonObject();
    sequence.addProperty("type", "Sequence");
    sequence.add(part, steps);
    return sequence;
  }

  /** Changes one thing somewhere below a value. */
  void mutate(JsonElement root) {
    JsonElement parent = root;
    while (true) {
      List<JsonElement> inner =
          children(parent).stream().filter(one -> !children(one).isEmpty()).toList();
      if (inner.isEmpty() || random.nextInt(4) == 0) {
        break;
      }
      parent = pick(inner);
    }
    if (parent.isJsonObject()) {
      mutate(parent.getAsJsonObject());
    } else if (parent.isJsonArray()) {
      mutate(parent.getAsJsonArray());
    }
  }

  private static List<JsonElement> children(JsonElement value) {
    if (value.isJsonObject()) {
      return new ArrayList<>(value.getAsJsonObject().asMap().values());
    }
    return value.isJsonArray() ? value.getAsJsonArray().asList() : List.of();
  }

  private void mutate(JsonObject object) {
    if (object.size() == 0 || random.nextInt(10) == 0) {
      object.add(pick(TEXTS), value());
      return;
    }
    List<String> names = new ArrayList<>(object.keySet());
    String name = pick(names);
    switch (random.nextInt(6)) {
      case 0 -> object.remove(name);
      case 1 -> object.add(name, object.get(pick(names)));
      case 2 -> object.add(name, nested(object.get(name)));
      case 3 -> object.add(pick(names), step(pick(PARTS)));
      default -> object.add(name, like(object.get(name)));
    }
  }

  private void mutate(JsonArray array) {
    if (array.isEmpty() || random.nextInt(10) == 0) {
      array.add(value());
      return;
    }
    int at = random.nextInt(array.size());
    switch (random.nextInt(6)) {
      case 0 -> array.remove(at);
      case 1 -> array.set(at, array.get(random.nextInt(array.size())));
      case 2 -> array.set(at, nested(array.get(at)));
      case 3 -> {
        for (int i = 0; i < MANY; i++) {
          array.add(array.get(at));
        }
      }
      default -> array.set(at, like(array.get(at)));
    }
  }

  /** Another value, often of the same type. */
  private JsonElement like(JsonElement old) {
    if (random.nextInt(3) > 0 && old.isJsonPrimitive()) {
      if (old.getAsJsonPrimitive().isNumber()) {
        return number();
      }
      if (old.getAsJsonPrimitive().isBoolean()) {
        return new JsonPrimitive(!old.getAsBoolean());
      }
      return new JsonPrimitive(pick(TEXTS));
    }
    return value();
  }

  private JsonElement value() {
    return switch (random.nextInt(7)) {
      case 0 -> JsonNull.INSTANCE;
      case 1 -> new JsonPrimitive(random.nextBoolean());
      case 2 -> number();
      case 3 -> new JsonArray();
      case 4 -> new JsonObject();
      case 5 -> step(pick(PARTS));
      default -> new JsonPrimitive(pick(TEXTS));
    };
  }

  private JsonElement number() {
    return new JsonPrimitive(new BigDecimal(pick(NUMBERS)));
  }

  private JsonElement nested(JsonElement value) {
    JsonElement nested = value;
    String part = pick(PARTS);
    int kind = random.nextInt(3);
    for (int depth = pick(List.of(1, 2, 9, 60, 130, 240)); depth > 0; depth--) {
      JsonArray array = new JsonArray();
      array.add(nested);
      nested = array;
      if (kind > 0) {
        JsonObject object = new JsonObject();
        object.addProperty("type", "Sequence");
        object.add(part, kind == 1 ? array : array.get(0));
        nested = object;
      }
    }
    return nested;
  }

  private <T> T pick(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }
}
