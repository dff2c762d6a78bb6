package io.github.tess2.runtime.checkpoint;

import com.google.gson.JsonElement;
import com.google.gson.JsonPrimitive;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/** Fields that the {@code config.json} of several families share. */
final class DecoderFields {
  private final JsonFields fields;

  DecoderFields(JsonFields fields) {
    this.fields = fields;
  }

  /** Checks the one class name in {@code architectures}, if the field is set. */
  void requireClass(String name) {
    if (fields.isSet("architectures") && !className().equals(name)) {
      throw fields.wrong("architectures", "must be [\"" + name + "\"]");
    }
  }

  /** The one class name in {@code architectures}. */
  String className() {
    JsonElement names = fields.required("architectures");
    if (!names.isJsonArray()
        || names.getAsJsonArray().size() != 1
        || !names.getAsJsonArray().get(0).isJsonPrimitive()) {
      throw fields.wrong("architectures", "must be an array with one class name");
    }
    return names.getAsJsonArray().get(0).getAsString();
  }

  void rejectQuantized() {
    if (fields.isSet("quantization_config")) {
      throw fields.wrong(
          "quantization_config", "must not be set, because quantized weights are not supported");
    }
  }

  /** Checks that the activation of the feed-forward network is {@code silu}, the default. */
  void requireSilu(String field) {
    if (!fields.text(field).orElse("silu").equals("silu")) {
      throw fields.wrong(field, "must be \"silu\"");
    }
  }

  /** The width of a head: {@code head_dim}, or an equal share of the hidden size. */
  int headDimension(String headsField, String hiddenField) {
    if (fields.isSet("head_dim")) {
      return fields.integer("head_dim");
    }
    int heads = fields.integer(headsField);
    int hidden = fields.integer(hiddenField);
    if (heads < 1 || hidden % heads != 0) {
      throw fields.wrong(
          headsField, "must divide " + hiddenField + " (" + hidden + ") if head_dim is not set");
    }
    return hidden / heads;
  }

  /** Newer files repeat in {@code layer_types}, for each layer, what the window says for all. */
  void requireLayerTypes(OptionalInt window) {
    if (!fields.isSet("layer_types")) {
      return;
    }
    String type = window.isPresent() ? "sliding_attention" : "full_attention";
    JsonElement types = fields.required("layer_types");
    if (!types.isJsonArray()) {
      throw fields.wrong("layer_types", "must be an array");
    }
    for (JsonElement item : types.getAsJsonArray()) {
      if (!item.equals(new JsonPrimitive(type))) {
        throw fields.wrong(
            "layer_types",
            "must be \""
                + type
                + "\" for every layer, because "
                + (window.isPresent()
                    ? "sliding_window is " + window.getAsInt()
                    : "there is no sliding_window"));
      }
    }
  }

  /**
   * A token's id; empty if the field is missing or null, because then the tokenizer's files name
   * it.
   */
  OptionalInt optionalToken(String field) {
    return fields.isSet(field) ? OptionalInt.of(fields.integer(field)) : OptionalInt.empty();
  }

  /** One id or an array of ids; none if the field is missing or null. */
  List<Integer> tokens(String field) {
    if (!fields.isSet(field)) {
      return List.of();
    }
    JsonElement value = fields.required(field);
    if (!value.isJsonArray()) {
      return List.of(fields.integer(field));
    }
    List<Integer> ids = new ArrayList<>();
    for (JsonElement item : value.getAsJsonArray()) {
      ids.add((int) fields.whole(field, item, 0, Integer.MAX_VALUE));
    }
    if (ids.isEmpty()) {
      throw fields.wrong(field, "must hold at least one id");
    }
    return ids;
  }
}
