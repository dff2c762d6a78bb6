package io.github.tess2.runtime.checkpoint;

import com.google.gson.JsonElement;
import io.github.tess2.CheckpointException;
import io.github.tess2.runtime.files.FileProblem;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * PEFT's {@code adapter_config.json}. What changes the weights in a way that is not computed here
 * is an error, never ignored. {@code fan_in_fan_out} is not read: PEFT itself takes it as false for
 * linear layers, and Mistral and Llama have no others.
 */
final class AdapterConfig {
  static final String FILE = "adapter_config.json";

  private static final long MAX_BYTES = 16 << 20;

  /** Kinds of adapters that compute something else than a product of two matrices. */
  private static final List<String> MUST_BE_FALSE = List.of("use_dora", "lora_bias", "use_qalora");

  private static final List<String> MUST_BE_UNSET =
      List.of(
          "layer_replication",
          "alora_invocation_tokens",
          "use_bdlora",
          "arrow_config",
          "kasa_config",
          "velora_config",
          "monteclora_config",
          "target_parameters",
          "trainable_token_indices");

  /** Names of modules, with what people write into patterns of them. */
  private static final Pattern SIMPLE = Pattern.compile("[\\w.^$\\\\*+]+");

  private static final int MAX_REPEATS = 3;

  private final JsonFields fields;

  private AdapterConfig(JsonFields fields) {
    this.fields = fields;
  }

  /** Reads the file where a folder has one. */
  static Optional<AdapterConfig> find(Path folder) {
    Path file = folder.resolve(FILE);
    if (!StrictJson.exists(file)) {
      return Optional.empty();
    }
    AdapterConfig config =
        new AdapterConfig(new JsonFields(file.toString(), StrictJson.read(file, MAX_BYTES)));
    config.rejectUnsupported();
    return Optional.of(config);
  }

  String source() {
    return fields.source();
  }

  private void rejectUnsupported() {
    if (!fields.text("peft_type").orElse("LORA").equals("LORA")) {
      throw fields.wrong("peft_type", "must be \"LORA\"");
    }
    for (String field : MUST_BE_FALSE) {
      if (fields.bool(field, false)) {
        throw fields.wrong(field, "must be false, since true is not supported");
      }
    }
    for (String field : MUST_BE_UNSET) {
      if (fields.isSet(field)) {
        throw fields.wrong(field, "must be null, since it is not supported");
      }
    }
  }

  /** Whether the adapter makes a reward model of its base. */
  boolean isReward() {
    return fields.text("task_type").orElse("").equals("SEQ_CLS");
  }

  /**
   * The factor of a module's product.
   *
   * @param module such as {@code model.layers.0.self_attn.q_proj}
   * @param rank the r of its matrices
   */
  double scale(String module, long rank) {
    double named = pattern("rank_pattern", module).orElseGet(() -> (double) fields.integer("r"));
    if (named != (double) rank) {
      throw new CheckpointException(
          String.format(
              Locale.ROOT,
              "%s: r must be the %d of the matrices of %s, but is: %s",
              source(),
              rank,
              module,
              JsonFields.shown(fields.required("r"))));
    }
    double alpha = pattern("alpha_pattern", module).orElseGet(() -> fields.number("lora_alpha"));
    double divisor = (double) rank;
    return alpha / (fields.bool("use_rslora", false) ? Math.sqrt(divisor) : divisor);
  }

  /** As PEFT: the first key that ends the module's name, from its beginning or from a dot on. */
  private Optional<Double> pattern(String field, String module) {
    JsonFields patterns = fields.object(field).orElseGet(fields::empty);
    for (Map.Entry<String, JsonElement> entry : patterns.json().entrySet()) {
      if (matches(patterns, entry.getKey(), module)) {
        return Optional.of(patterns.number(entry.getKey()));
      }
    }
    return Optional.empty();
  }

  private static boolean matches(JsonFields patterns, String key, String module) {
    long repeats = key.chars().filter(c -> c == '*' || c == '+').count();
    // Patterns that backtrack without end are none of these.
    if (SIMPLE.matcher(key).matches() && repeats <= MAX_REPEATS) {
      try {
        return Pattern.compile("(.*\\.)?(" + key + ")$").matcher(module).matches();
      } catch (PatternSyntaxException e) {
        // As any other key that is none.
      }
    }
    throw patterns.wrong(key, "must be for the name of a module, or a simple pattern of names");
  }

  /** The folder of the model that the adapter was trained on. */
  Path base(Path folder) {
    String name =
        fields
            .text("base_model_name_or_path")
            .orElseThrow(
                () ->
                    new CheckpointException(
                        source()
                            + ": base_model_name_or_path must name the folder of the base model, but"
                            + " does not"));
    try {
      Path path = Path.of(name);
      for (Path candidate : List.of(folder.resolve(path), path)) {
        if (FileProblem.ofFolder(candidate).isEmpty()) {
          return candidate;
        }
      }
    } catch (InvalidPathException e) {
      // No folder then.
    }
    throw fields.wrong(
        "base_model_name_or_path",
        "must be a folder on this machine with the base model (a name on a hub is not looked up:"
            + " download it and put its folder here)");
  }

  /**
   * Checks what only matters for an adapter apart from its base: some ways to begin change the base
   * before they train, so that the base as it was published is not what the adapter adds to.
   */
  void requireBaseUnchanged() {
    if (!fields.isSet("init_lora_weights")) {
      return;
    }
    JsonElement value = fields.required("init_lora_weights");
    boolean known =
        value.isJsonPrimitive()
            && (value.getAsJsonPrimitive().isBoolean()
                || List.of("gaussian", "eva", "orthogonal", "mica").contains(value.getAsString()));
    if (!known) {
      throw fields.wrong(
          "init_lora_weights",
          "must be true, false, \"gaussian\", \"eva\", \"orthogonal\" or \"mica\", since others change the"
              + " base model");
    }
  }
}
