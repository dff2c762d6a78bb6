package io.github.tess2.runtime.checkpoint;

import com.google.auto.service.AutoService;
import com.google.gson.JsonObject;
import java.util.OptionalInt;

/** Llama 2 and 3: TESS 2's recipe applied to another base. */
@AutoService(ModelFamily.class)
public final class LlamaFamily implements ModelFamily {
  @Override
  public String modelType() {
    return "llama";
  }

  /** Llama has no sliding window, and {@code transformers} does not read the field. */
  @Override
  public ModelConfig read(JsonFields fields) {
    Tess2Fields all = new Tess2Fields(fields);
    return all.config(this, OptionalInt.empty(), all.heads());
  }

  @Override
  public void write(JsonObject json, ModelConfig config) {
    Tess2Fields.write(json, config, "Llama");
  }
}
