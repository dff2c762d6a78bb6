package io.github.tess2.runtime.checkpoint;

import com.google.gson.JsonElement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * The rotary embedding in {@code config.json}. Version 4 of {@code transformers} writes {@code
 * rope_theta} and {@code rope_scaling}, and version 5 writes one object {@code rope_parameters}.
 * The type also has two names. Some files have all of these; values given twice must agree.
 */
final class RopeFields {
  private static final String TYPE = "rope_type";
  private static final String OLDER_TYPE = "type";
  private static final String THETA = "rope_theta";

  private record Place(JsonFields holder, String field) {
    String name() {
      return holder.prefix() + field;
    }

    JsonElement value() {
      return holder.required(field);
    }
  }

  private final JsonFields fields;

  /** The newer object first; empty if the file has neither. */
  private final List<JsonFields> holders = new ArrayList<>();

  RopeFields(JsonFields fields) {
    this.fields = fields;
    for (String name : List.of("rope_parameters", "rope_scaling")) {
      fields.object(name).ifPresent(holders::add);
    }
    for (JsonFields holder : holders) {
      for (String name : holder.json().keySet()) {
        if (holder.json().get(name).isJsonObject()) {
          throw holder.wrong(name, "must be one value for all layers");
        }
      }
    }
  }

  /** The base of the wavelengths, theta. */
  double theta() {
    List<Place> places = places(THETA);
    if (fields.isSet(THETA)) {
      places.add(new Place(fields, THETA));
    }
    return agreed(places, JsonFields::number).orElse(10_000.0);
  }

  /** The scaling of the frequencies. */
  RopeScaling scaling() {
    List<Place> places = places(TYPE);
    places.addAll(places(OLDER_TYPE));
    String type = agreed(places, (holder, field) -> holder.text(field).orElseThrow()).orElse("");
    try {
      return switch (type) {
        case "", "default", "none" -> RopeScaling.NONE;
        case "linear" -> new RopeScaling.Linear(number("factor"));
        case "llama3" ->
            new RopeScaling.Llama3(
                number("factor"),
                number("low_freq_factor"),
                number("high_freq_factor"),
                required("original_max_position_embeddings", JsonFields::integer));
        default -> {
          Place place = places.get(0);
          throw place.holder.wrong(place.field, "must be \"default\", \"linear\" or \"llama3\"");
        }
      };
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(holders.get(0).prefix() + e.getMessage(), e);
    }
  }

  private double number(String field) {
    return required(field, JsonFields::number);
  }

  private <T> T required(String field, BiFunction<JsonFields, String, T> reader) {
    return agreed(places(field), reader).orElseGet(() -> reader.apply(holders.get(0), field));
  }

  private List<Place> places(String field) {
    List<Place> places = new ArrayList<>();
    for (JsonFields holder : holders) {
      if (holder.isSet(field)) {
        places.add(new Place(holder, field));
      }
    }
    return places;
  }

  private static <T> Optional<T> agreed(
      List<Place> places, BiFunction<JsonFields, String, T> reader) {
    if (places.isEmpty()) {
      return Optional.empty();
    }
    Place first = places.get(0);
    T value = reader.apply(first.holder, first.field);
    for (Place other : places.subList(1, places.size())) {
      if (!reader.apply(other.holder, other.field).equals(value)) {
        throw other.holder.wrong(
            other.field,
            "must equal " + first.name() + " (" + JsonFields.shown(first.value()) + ")");
      }
    }
    return Optional.of(value);
  }
}
