package io.github.tess2.examples.server;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.github.tess2.DiffusionLM;
import io.github.tess2.ModelInfo;
import io.github.tess2.spi.Plugins;
import io.github.tess2.spi.Provider;
import java.util.Locale;

/** Describes the model, and the plugins with their options. */
final class Catalog {
  private Catalog() {}

  /** OpenAI's description of the only model. */
  static JsonObject model(ServerSettings settings, long created) {
    JsonObject model = new JsonObject();
    model.addProperty("id", settings.model());
    model.addProperty("object", "model");
    model.addProperty("created", created);
    model.addProperty("owned_by", "tess2");
    return model;
  }

  /** OpenAI's list of models. */
  static JsonObject models(ServerSettings settings, long created) {
    JsonArray data = new JsonArray();
    data.add(model(settings, created));
    JsonObject list = new JsonObject();
    list.addProperty("object", "list");
    list.add("data", data);
    return list;
  }

  /** The limits and plugins that the page offers. */
  static JsonObject options(ServerSettings settings, DiffusionLM lm) {
    ModelInfo info = lm.info();
    JsonObject options = new JsonObject();
    options.addProperty("model", settings.model());
    options.addProperty("architecture", info.architecture());
    options.addProperty("parameters", info.parameters());
    options.addProperty("max_steps", settings.limits().steps());
    options.addProperty("max_length", Math.min(settings.limits().length(), info.maxLength()));
    JsonObject plugins = new JsonObject();
    for (Class<? extends Provider<?>> point : PluginTexts.POINTS) {
      plugins.add(field(point), names(Plugins.of(point)));
    }
    options.add("plugins", plugins);
    return options;
  }

  /** Turns {@code StepGridProvider} into {@code step_grid}. */
  private static String field(Class<?> point) {
    return point
        .getSimpleName()
        .replace("Provider", "")
        .replaceAll("(?<=[a-z])(?=[A-Z])", "_")
        .toLowerCase(Locale.ROOT);
  }

  private static JsonObject names(Plugins<? extends Provider<?>> plugins) {
    JsonObject names = new JsonObject();
    for (String name : plugins.names()) {
      JsonArray options = new JsonArray();
      plugins.named(name).options().forEach(option -> options.add(option.toString()));
      names.add(name, options);
    }
    return names;
  }
}
