package io.github.tess2.runtime.checkpoint;

import com.google.common.primitives.ImmutableIntArray;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.github.tess2.runtime.checkpoint.TokenizerJson.AddedToken;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A {@code tokenizer.json} in the form that the native library gets: checked, and with ids that
 * have no gaps.
 *
 * <p>The native library itself numbers the added tokens that are not in the vocabulary. It starts
 * from the <em>count</em> of the vocabulary's tokens, whatever ids the file gives. If the
 * vocabulary's ids have gaps, such a number is the id of another token. So the library gets a
 * vocabulary without gaps, in which no two tokens can share a number, and its numbers are
 * translated.
 *
 * @param json the text
 * @param ids the id in the file for each id of the native library
 */
record NativeForm(String json, ImmutableIntArray ids) {

  /** The form for decoding, with the tokens spelled as in the file. */
  static NativeForm of(TokenizerJson tokenizer, ControlTokens controls) {
    return new Builder(tokenizer, controls, Map.of()).build();
  }

  /**
   * The form with new spellings of the control tokens wherever they occur in the file: among the
   * added tokens, which are found in a text, and in the vocabulary and the merges, which could
   * build them from ordinary text.
   *
   * @param markers the new spelling of each control token, by its old one
   */
  static NativeForm respelled(
      TokenizerJson tokenizer, ControlTokens controls, Map<String, String> markers) {
    return new Builder(tokenizer, controls, markers).build();
  }

  private static final class Builder {
    private final TokenizerJson tokenizer;
    private final ControlTokens controls;
    private final Map<String, String> markers;
    private final ImmutableIntArray.Builder ids = ImmutableIntArray.builder();

    /** The native library's number of each spelling. */
    private final Map<String, Integer> numbers = new HashMap<>();

    private int size;

    Builder(TokenizerJson tokenizer, ControlTokens controls, Map<String, String> markers) {
      this.tokenizer = tokenizer;
      this.controls = controls;
      this.markers = markers;
    }

    NativeForm build() {
      JsonObject root = shallowCopy(tokenizer.json());
      root.add("model", model());
      root.add("added_tokens", added());
      return new NativeForm(root.toString(), ids.build());
    }

    private JsonObject model() {
      JsonObject model = shallowCopy(tokenizer.json().getAsJsonObject("model"));
      switch (tokenizer.model()) {
        case BPE -> {
          model.add("vocab", vocabulary());
          dropMerges(model);
          if (model.has("unk_token") && model.get("unk_token").isJsonPrimitive()) {
            model.addProperty("unk_token", inVocabulary(model.get("unk_token").getAsString()));
          }
        }
        case UNIGRAM -> model.add("vocab", scoredVocabulary(model.getAsJsonArray("vocab")));
      }
      return model;
    }

    private JsonObject vocabulary() {
      JsonObject vocabulary = new JsonObject();
      tokenizer
          .vocabulary()
          .forEach(
              (id, token) -> {
                String spelling = inVocabulary(token);
                vocabulary.addProperty(spelling, number(spelling, id));
              });
      return vocabulary;
    }

    private JsonArray scoredVocabulary(JsonArray file) {
      JsonArray vocabulary = new JsonArray(file.size());
      for (JsonElement item : file) {
        String token = item.getAsJsonArray().get(0).getAsString();
        number(inVocabulary(token), vocabulary.size());
        JsonArray scored = new JsonArray(2);
        scored.add(inVocabulary(token));
        scored.add(item.getAsJsonArray().get(1));
        vocabulary.add(scored);
      }
      return vocabulary;
    }

    /**
     * Gives a spelling the next number. If a unigram vocabulary has equal pieces, the last one
     * counts.
     */
    private int number(String spelling, int id) {
      numbers.put(spelling, size);
      ids.add(id);
      return size++;
    }

    private String inVocabulary(String token) {
      // One character is part of the alphabet: without it, text that contains it could not be
      // encoded.
      return token.codePointCount(0, token.length()) > 1
          ? markers.getOrDefault(token, token)
          : token;
    }

    private void dropMerges(JsonObject model) {
      if (markers.isEmpty() || !model.has("merges") || !model.get("merges").isJsonArray()) {
        return;
      }
      JsonArray kept = new JsonArray();
      for (JsonElement merge : model.getAsJsonArray("merges")) {
        if (!touchesControl(merge)) {
          kept.add(merge);
        }
      }
      model.add("merges", kept);
    }

    /** Whether a merge produces a control token or uses one. Malformed merges are kept. */
    private boolean touchesControl(JsonElement merge) {
      List<String> parts =
          merge.isJsonArray()
              ? merge.getAsJsonArray().asList().stream()
                  .filter(JsonElement::isJsonPrimitive)
                  .map(JsonElement::getAsString)
                  .toList()
              : List.of(
                  merge.isJsonPrimitive() ? merge.getAsString().split(" ", -1) : new String[0]);
      return renamed(String.join("", parts)) || parts.stream().anyMatch(this::renamed);
    }

    private boolean renamed(String token) {
      return !inVocabulary(token).equals(token);
    }

    private JsonArray added() {
      JsonArray added = new JsonArray();
      for (AddedToken token : tokenizer.added()) {
        added.add(added(token));
      }
      for (int id : controls.unlisted()) {
        String content = tokenizer.token(id);
        JsonObject json = new JsonObject();
        for (String flag : List.of("single_word", "lstrip", "rstrip", "normalized")) {
          json.addProperty(flag, false);
        }
        added.add(added(new AddedToken(id, content, true, json)));
      }
      return added;
    }

    private JsonObject added(AddedToken token) {
      String content = token.content();
      JsonObject json = shallowCopy(token.json());
      boolean control = controls.contains(content);
      String spelling = control ? markers.getOrDefault(content, content) : content;
      if (!numbers.containsKey(spelling)) {
        number(spelling, tokenizer.id(content));
      }
      json.addProperty("id", numbers.get(spelling));
      json.addProperty("content", spelling);
      json.addProperty("special", control);
      if (control) {
        // Found before normalization and next to any text, because a template is taken literally.
        json.addProperty("normalized", false);
        json.addProperty("single_word", false);
      }
      return json;
    }

    private static JsonObject shallowCopy(JsonObject json) {
      JsonObject copy = new JsonObject();
      json.entrySet().forEach(entry -> copy.add(entry.getKey(), entry.getValue()));
      return copy;
    }
  }
}
