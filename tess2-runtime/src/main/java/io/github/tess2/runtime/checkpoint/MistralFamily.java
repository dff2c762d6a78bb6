package io.github.tess2.runtime.checkpoint;

import com.google.auto.service.AutoService;
import com.google.gson.JsonObject;
import java.util.OptionalInt;

/** Mistral: TESS 2, the models it is based on, and its reward models. */
@AutoService(ModelFamily.class)
public final class MistralFamily implements ModelFamily {
  private static final int DEFAULT_WINDOW = 4096;
  private static final int DEFAULT_KEY_VALUE_HEADS = 8;

  @Override
  public String modelType() {
    return "mistral";
  }

  @Override
  public ModelConfig read(JsonFields fields) {
    return new Tess2Fields(fields).config(this, window(fields), DEFAULT_KEY_VALUE_HEADS);
  }

  private static OptionalInt window(JsonFields fields) {
    if (!fields.has("sliding_window")) {
      return OptionalInt.of(DEFAULT_WINDOW);
    }
    return fields.isSet("sliding_window")
        ? OptionalInt.of(fields.integer("sliding_window"))
        : OptionalInt.empty();
  }

  @Override
  public void write(JsonObject json, ModelConfig config) {
    Tess2Fields.write(json, config, "Mistral");
    json.add("sliding_window", ModelConfigWriter.optional(config.slidingWindow()));
  }
}
