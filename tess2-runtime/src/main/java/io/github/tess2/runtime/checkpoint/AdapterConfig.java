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
 * PEFT's {@code adapter_config.json}. A setting that changes the weights in a way that is not
 * computed here is an error; none is ignored. {@code fan_in_fan_out} is not read: PEFT itself
 * treats it as false for linear layers, and Mistral and Llama have no others.
 */
final class AdapterConfig {
  static final String FILE = "adapter_config.json";

  private static final long MAX_BYTES = 16 << 20;

  /** Kinds of adapters that compute something other than a product of two matrices. */
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

  /** Names of modules, with the characters that people use in patterns for them. */
  private static final Pattern SIMPLE = Pattern.compile("[\\w.^$\\\\*+]+");

  private static final int MAX_REPEATS = 3;

  private final JsonFields fields;

  private AdapterConfig(JsonFields fields) {
    this.fields = fields;
  }

  /** Reads the file if a folder has one. */
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
        throw fields.wrong(field, "must be false, because true is not supported");
      }
    }
    for (String field : MUST_BE_UNSET) {
      if (fields.isSet(field)) {
        throw fields.wrong(field, "must be null, because it is not supported");
      }
    }
  }

  /** Whether the adapter turns its base into a reward model. */
  boolean isReward() {
    return fields.text("task_type").orElse("").equals("SEQ_CLS");
  }

  /**
   * The factor by which a module's product is multiplied.
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

  /**
   * Looks up a field as PEFT does: by the first key that matches the module's name, or its end
   * after a dot.
   */
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
    // None of these can backtrack without end.
    if (SIMPLE.matcher(key).matches() && repeats <= MAX_REPEATS) {
      try {
        return Pattern.compile("(.*\\.)?(" + key + ")$").matcher(module).matches();
      } catch (PatternSyntaxException e) {
        // Treated like any other key that is not a pattern.
      }
    }
    throw patterns.wrong(key, "must be a module's name or a simple pattern of names");
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
      // Not a folder.
    }
    throw fields.wrong(
        "base_model_name_or_path",
        "must be a folder on this machine with the base model (a name on a hub is not looked up:"
            + " download it and put its folder here)");
  }

  /**
   * Checks what matters only if an adapter is stored apart from its base: some initializations
   * change the base before training, so the adapter does not fit the base as it was published.
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
          "must be true, false, \"gaussian\", \"eva\", \"orthogonal\" or \"mica\", because others"
              + " change the base model");
    }
  }
}
