package io.github.tess2.runtime.checkpoint;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.github.tess2.runtime.checkpoint.TokenizerJson.AddedToken;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The control tokens of a model, which no text of a user may become. A token is one if:
 *
 * <ul>
 *   <li>the tokenizer itself calls them special;
 *   <li>{@code tokenizer_config.json} or {@code special_tokens_map.json} names them, in a field
 *       whose name ends with {@code _token}, in {@code additional_special_tokens}, or as special in
 *       {@code added_tokens_decoder};
 *   <li>{@code config.json} says that it begins or ends the model's sequences.
 * </ul>
 *
 * A token of one character that is named but not marked as special does not count: in a text that
 * character must keep its meaning.
 */
final class ControlTokens {
  private static final String SUFFIX = "_token";

  private final TokenizerJson tokenizer;
  private final Set<String> contents = new LinkedHashSet<>();

  private ControlTokens(TokenizerJson tokenizer) {
    this.tokenizer = tokenizer;
  }

  /** Collects them from a folder's files. */
  static ControlTokens read(
      Path folder, TokenizerJson tokenizer, SpecialTokens special, ModelConfig config) {
    ControlTokens controls = new ControlTokens(tokenizer);
    for (AddedToken token : tokenizer.added()) {
      if (token.special()) {
        controls.contents.add(token.content());
      }
    }
    for (JsonFields file : SpecialTokens.files(folder)) {
      controls.addNamed(file.json());
    }
    controls.add(tokenizer.token(special.bosId()));
    controls.add(tokenizer.token(special.eosId()));
    config.eosIds().forEach(id -> controls.add(tokenizer.token(id)));
    config.masked().ifPresent(masked -> controls.add(tokenizer.token(masked.maskId())));
    config.family().ends().stream().filter(end -> tokenizer.id(end) >= 0).forEach(controls::add);
    return controls;
  }

  /** The spellings of the tokens. */
  Set<String> contents() {
    return contents;
  }

  boolean contains(String content) {
    return contents.contains(content);
  }

  /** The ids of those that the tokenizer does not list among its added tokens. */
  Set<Integer> unlisted() {
    Set<String> listed = new HashSet<>();
    tokenizer.added().forEach(token -> listed.add(token.content()));
    Set<Integer> ids = new TreeSet<>();
    contents.stream()
        .filter(content -> !listed.contains(content))
        .forEach(content -> ids.add(tokenizer.id(content)));
    return ids;
  }

  private void addNamed(JsonObject file) {
    for (Map.Entry<String, JsonElement> entry : file.entrySet()) {
      if (entry.getKey().endsWith(SUFFIX)) {
        addContent(entry.getValue());
      }
    }
    JsonElement additional = file.get("additional_special_tokens");
    if (additional != null && additional.isJsonArray()) {
      additional.getAsJsonArray().forEach(this::addContent);
    }
    JsonElement added = file.get("added_tokens_decoder");
    if (added != null && added.isJsonObject()) {
      for (JsonElement token : added.getAsJsonObject().asMap().values()) {
        if (token.isJsonObject() && isTrue(token.getAsJsonObject().get("special"))) {
          addContent(token);
        }
      }
    }
  }

  private static boolean isTrue(JsonElement value) {
    return value != null
        && value.isJsonPrimitive()
        && value.getAsJsonPrimitive().isBoolean()
        && value.getAsBoolean();
  }

  /** Adds a spelling or that of an object; anything else names no token. */
  private void addContent(JsonElement value) {
    if (value.isJsonObject()) {
      JsonElement content = value.getAsJsonObject().get("content");
      if (content != null) {
        addContent(content);
      }
    } else if (value.isJsonPrimitive() && value.getAsJsonPrimitive().isString()) {
      add(value.getAsString());
    }
  }

  private void add(String content) {
    if (tokenizer.id(content) >= 0 && content.codePointCount(0, content.length()) > 1) {
      contents.add(content);
    }
  }
}
