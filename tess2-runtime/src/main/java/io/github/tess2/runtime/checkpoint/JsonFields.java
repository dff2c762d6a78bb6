package io.github.tess2.runtime.checkpoint;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.github.tess2.CheckpointException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A JSON object, read field by field. A field is <em>set</em> if it is present and not null. Every
 * error names the file, the field, the rule and the value.
 */
final class JsonFields {
  private static final int SHOWN = 80;

  private final String source;
  private final String prefix;
  private final JsonObject object;

  /**
   * Wraps an object.
   *
   * @param source what error messages call the file
   * @param object the object to read from
   */
  JsonFields(String source, JsonObject object) {
    this(source, "", object);
  }

  private JsonFields(String source, String prefix, JsonObject object) {
    this.source = source;
    this.prefix = prefix;
    this.object = object;
  }

  String source() {
    return source;
  }

  /** What messages put before a field's name: the names of the enclosing objects, with dots. */
  String prefix() {
    return prefix;
  }

  /** An object of the same file without fields. */
  JsonFields empty() {
    return new JsonFields(source, prefix, new JsonObject());
  }

  /** Whether the field is present, even if null. */
  boolean has(String field) {
    return object.has(field);
  }

  /** Whether the field is present and not null. */
  boolean isSet(String field) {
    return object.has(field) && !object.get(field).isJsonNull();
  }

  /** The whole number in a field that must be set. */
  int integer(String field) {
    return (int) whole(field, required(field), Integer.MIN_VALUE, Integer.MAX_VALUE);
  }

  /** The whole number in a field, or the fallback if the field is not set. */
  int integer(String field, int fallback) {
    return isSet(field) ? integer(field) : fallback;
  }

  /** The whole number in a value that belongs to a field, such as an item of its array. */
  long whole(String field, JsonElement value, long low, long high) {
    if (value.isJsonPrimitive() && value.getAsJsonPrimitive().isNumber()) {
      BigDecimal number = value.getAsBigDecimal();
      // The range is checked first, so a whole number of a million digits is never expanded.
      if (number.compareTo(BigDecimal.valueOf(low)) >= 0
          && number.compareTo(BigDecimal.valueOf(high)) <= 0
          && (number.signum() == 0 || number.stripTrailingZeros().scale() <= 0)) {
        return number.longValue();
      }
    }
    throw wrong(field, "must be a whole number from " + low + " to " + high, value);
  }

  /** The number in a field that must be set. */
  double number(String field) {
    JsonElement value = required(field);
    if (value.isJsonPrimitive() && value.getAsJsonPrimitive().isNumber()) {
      double number = value.getAsDouble();
      if (Double.isFinite(number)) {
        return number;
      }
    }
    throw wrong(field, "must be a number that a double holds", value);
  }

  /** The number in a field, or the fallback if the field is not set. */
  double number(String field, double fallback) {
    return isSet(field) ? number(field) : fallback;
  }

  /** The Boolean in a field, or the fallback if the field is not set. */
  boolean bool(String field, boolean fallback) {
    if (!isSet(field)) {
      return fallback;
    }
    JsonElement value = object.get(field);
    if (value.isJsonPrimitive() && value.getAsJsonPrimitive().isBoolean()) {
      return value.getAsBoolean();
    }
    throw wrong(field, "must be true or false", value);
  }

  /** Refuses a setting that changes the computation in a way that is not supported. */
  void requireFalse(String field) {
    if (bool(field, false)) {
      throw wrong(field, "must be false, because true is not supported");
    }
  }

  /** The text in a field; empty if the field is not set. */
  Optional<String> text(String field) {
    if (!isSet(field)) {
      return Optional.empty();
    }
    JsonElement value = object.get(field);
    if (value.isJsonPrimitive() && value.getAsJsonPrimitive().isString()) {
      return Optional.of(value.getAsString());
    }
    throw wrong(field, "must be a string", value);
  }

  /** The object in a field; empty if the field is not set. */
  Optional<JsonFields> object(String field) {
    if (!isSet(field)) {
      return Optional.empty();
    }
    JsonElement value = object.get(field);
    if (value.isJsonObject()) {
      return Optional.of(new JsonFields(source, prefix + field + ".", value.getAsJsonObject()));
    }
    throw wrong(field, "must be an object", value);
  }

  /** The Boolean in a field that must be set. */
  boolean bool(String field) {
    required(field);
    if (!isSet(field)) {
      throw wrong(field, "must be true or false");
    }
    return bool(field, false);
  }

  /** The text in a field that must be set. */
  String requiredText(String field) {
    required(field);
    return text(field).orElseThrow(() -> wrong(field, "must be a string"));
  }

  /** The objects in an array that must be set. */
  List<JsonFields> objects(String field) {
    JsonElement value = required(field);
    if (!value.isJsonArray()) {
      throw wrong(field, "must be an array of objects");
    }
    List<JsonFields> objects = new ArrayList<>();
    for (JsonElement item : value.getAsJsonArray()) {
      String name = field + "[" + objects.size() + "]";
      if (!item.isJsonObject()) {
        throw wrong(name, "must be an object", item);
      }
      objects.add(new JsonFields(source, prefix + name + ".", item.getAsJsonObject()));
    }
    return objects;
  }

  /** The object in a field that must be set. */
  JsonFields requiredObject(String field) {
    required(field);
    return object(field).orElseThrow(() -> wrong(field, "must be an object"));
  }

  /** The value of a field that must be set. */
  JsonElement required(String field) {
    if (!object.has(field)) {
      throw new CheckpointException(
          source + ": " + prefix + field + " must be present, but is missing");
    }
    return object.get(field);
  }

  /** The wrapped object. */
  JsonObject json() {
    return object;
  }

  /** The exception for a present field that breaks a rule. */
  CheckpointException wrong(String field, String rule) {
    return wrong(field, rule, object.get(field));
  }

  /** The exception for a value of a field that breaks a rule. */
  CheckpointException wrong(String field, String rule, JsonElement value) {
    return new CheckpointException(
        source + ": " + prefix + field + " " + rule + ", but is: " + shown(value));
  }

  /** A value as messages show it, cut if it is long. */
  static String shown(JsonElement value) {
    String text = value.toString();
    return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…";
  }
}
