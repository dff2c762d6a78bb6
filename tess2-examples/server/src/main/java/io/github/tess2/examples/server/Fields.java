package io.github.tess2.examples.server;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the fields of a JSON object by type. A null field counts as missing. Fields that were not
 * read are refused at the end.
 */
final class Fields {
  private static final int MOST_SHOWN = 40;

  /**
   * The largest number of digits, and the largest exponent, of a number. Longer numbers are out of
   * every range.
   */
  private static final int MOST_DIGITS = 40;

  private final String path;
  private final JsonObject object;
  private final Set<String> known = new HashSet<>();

  private Fields(String path, JsonObject object) {
    this.path = path;
    this.object = object;
  }

  /** The fields of the outermost object. */
  static Fields of(JsonObject object) {
    return new Fields("", object);
  }

  /** The fields of an element that must be an object. */
  static Fields of(String path, JsonElement element) {
    if (!element.isJsonObject()) {
      throw wrong(path, "an object", element);
    }
    return new Fields(path + ".", element.getAsJsonObject());
  }

  /** A field's name in messages. */
  String name(String field) {
    return path + field;
  }

  /** Reads a field of any type. */
  @Nullable JsonElement any(String field) {
    known.add(field);
    JsonElement element = object.get(field);
    return element == null || element.isJsonNull() ? null : element;
  }

  /** A text. */
  @Nullable String text(String field) {
    JsonElement element = any(field);
    return element == null ? null : text(name(field), element);
  }

  /** An element that must be a text. */
  static String text(String path, JsonElement element) {
    if (!(element instanceof JsonPrimitive primitive) || !primitive.isString()) {
      throw wrong(path, "a string", element);
    }
    return primitive.getAsString();
  }

  /** A required text. */
  String requiredText(String field) {
    String text = text(field);
    if (text == null) {
      throw missing(field);
    }
    return text;
  }

  /** The error for a missing field. */
  ApiException missing(String field) {
    return ApiException.invalid(
        name(field), "missing_required_parameter", "Missing required parameter: " + name(field));
  }

  /** True or false. */
  boolean flag(String field) {
    JsonElement element = any(field);
    if (element == null) {
      return false;
    }
    if (!(element instanceof JsonPrimitive primitive) || !primitive.isBoolean()) {
      throw wrong(name(field), "true or false", element);
    }
    return primitive.getAsBoolean();
  }

  /** A whole number. */
  @Nullable Long integer(String field, long least, long most) {
    JsonElement element = any(field);
    if (element == null) {
      return null;
    }
    String rule =
        least == Long.MIN_VALUE
            ? "a whole number of 64 bits"
            : String.format(Locale.ROOT, "a whole number from %d to %d", least, most);
    BigDecimal number = number(name(field), rule, element);
    if (number.stripTrailingZeros().scale() > 0
        || number.compareTo(BigDecimal.valueOf(least)) < 0
        || number.compareTo(BigDecimal.valueOf(most)) > 0) {
      throw wrong(name(field), rule, element);
    }
    return number.longValueExact();
  }

  /** A number. */
  @Nullable Double decimal(String field) {
    JsonElement element = any(field);
    return element == null ? null : number(name(field), "a number", element).doubleValue();
  }

  /** Parses a number that is small enough for arithmetic. */
  private static BigDecimal number(String path, String rule, JsonElement element) {
    if (!(element instanceof JsonPrimitive primitive) || !primitive.isNumber()) {
      throw wrong(path, rule, element);
    }
    BigDecimal number = primitive.getAsBigDecimal();
    if (number.precision() > MOST_DIGITS
        || Math.abs((long) number.scale()) > Double.MAX_EXPONENT
        || Double.isInfinite(number.doubleValue())) {
      throw wrong(path, rule, element);
    }
    return number;
  }

  /** A text, or a list of texts; empty if the field is missing. */
  List<String> texts(String field) {
    JsonElement element = any(field);
    if (element == null) {
      return List.of();
    }
    if (!element.isJsonArray()) {
      if (element instanceof JsonPrimitive primitive && primitive.isString()) {
        return List.of(primitive.getAsString());
      }
      throw wrong(name(field), "a string or an array of strings", element);
    }
    List<String> texts = new ArrayList<>();
    for (JsonElement item : element.getAsJsonArray()) {
      texts.add(text(name(field) + "[" + texts.size() + "]", item));
    }
    return texts;
  }

  /** A list. */
  @Nullable JsonArray array(String field) {
    JsonElement element = any(field);
    if (element == null) {
      return null;
    }
    if (!element.isJsonArray()) {
      throw wrong(name(field), "an array", element);
    }
    return element.getAsJsonArray();
  }

  /** An object. */
  @Nullable Fields object(String field) {
    JsonElement element = any(field);
    return element == null ? null : of(name(field), element);
  }

  /** Accepts fields that have no effect here, with any value. */
  void accept(String... fields) {
    known.addAll(List.of(fields));
  }

  /** Refuses a field that would change the answer, unless it has its default value. */
  void refuse(String field, String... harmless) {
    JsonElement element = any(field);
    if (element == null || Set.of(harmless).contains(element.toString())) {
      return;
    }
    throw ApiException.invalid(
        name(field),
        "unsupported_parameter",
        "Unsupported parameter: " + name(field) + " is not supported by this server");
  }

  /** Refuses fields that were not read. */
  void finish() {
    for (String field : object.keySet()) {
      if (!known.contains(field)) {
        throw ApiException.invalid(
            name(shown(field)),
            "unknown_parameter",
            "Unrecognized request argument supplied: " + name(shown(field)));
      }
    }
  }

  static ApiException wrong(String path, String rule, JsonElement element) {
    return ApiException.invalid(
        path,
        "invalid_value",
        String.format(
            Locale.ROOT, "%s must be %s, but is: %s", path, rule, shown(element.toString())));
  }

  static String shown(String text) {
    return text.codePointCount(0, text.length()) <= MOST_SHOWN
        ? text
        : text.substring(0, text.offsetByCodePoints(0, MOST_SHOWN)) + "…";
  }
}
