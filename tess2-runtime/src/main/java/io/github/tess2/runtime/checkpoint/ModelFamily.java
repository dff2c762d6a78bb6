package io.github.tess2.runtime.checkpoint;

import com.google.gson.JsonObject;
import io.github.tess2.runtime.checkpoint.ModelConfig.Purpose;
import java.util.List;

/**
 * One kind of checkpoint: how its {@code config.json} is read, what its tensors are called, which
 * tokens steer it, where its chat template comes from. Everything else in the library speaks of
 * {@link ModelConfig} and of tensors by the names that Llama and Mistral give them. Stateless.
 *
 * <p>A family is found by {@link java.util.ServiceLoader}: a new one is a class with
 * {@code @AutoService}, and a line in {@code module-info.java}, which repeats the annotations for
 * the module path.
 */
public interface ModelFamily {
  /** {@return {@code model_type} in {@code config.json}, such as {@code llama}} */
  String modelType();

  /**
   * Reads a {@code config.json} of this family.
   *
   * @param fields the file
   * @return what it says
   * @throws io.github.tess2.CheckpointException if a field is missing or malformed, or describes
   *     a model that this library does not compute exactly
   * @throws IllegalArgumentException if fields do not fit one another
   */
  ModelConfig read(JsonFields fields);

  /**
   * Adds to a {@code config.json} what only this family's has.
   *
   * @param json the file so far
   * @param config what it is written for
   * @throws UnsupportedOperationException if this library makes no models of this family
   */
  default void write(JsonObject json, ModelConfig config) {
    throw new UnsupportedOperationException(
        "models of the family " + modelType() + " are read, but not made");
  }

  /**
   * {@return what a tensor is called in this family's files}
   *
   * @param name what Llama's are called: {@code model.layers.3.self_attn.q_proj.weight}; any other
   *     is given back as it is
   */
  default String stored(String name) {
    return name;
  }

  /**
   * {@return whether chats are written by the checkpoint's own template, the field {@code
   * chat_template} in {@code tokenizer_config.json} or the file {@code chat_template.jinja}, and
   * texts begin as {@code tokenizer_config.json} says; otherwise both are as in TESS 2}
   */
  default boolean hasOwnTemplate() {
    return false;
  }

  /**
   * {@return how tokens are spelled that end an answer beside those in {@code config.json}, where
   * the tokenizer has them}
   */
  default List<String> ends() {
    return List.of();
  }

  /**
   * {@return the family of a {@code model_type}}
   *
   * @param modelType its name
   * @throws IllegalArgumentException if there is none
   */
  static ModelFamily named(String modelType) {
    return ModelFamilies.find(modelType)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "model_type must be " + ModelFamilies.names() + ", but is: " + modelType));
  }

  /** {@return how a class name ends for a purpose, such as {@code ForDiffusionLM}} */
  static String classSuffix(Purpose purpose) {
    return switch (purpose) {
      case DIFFUSION -> "ForDiffusionLM";
      case CAUSAL -> "ForCausalLM";
      case REWARD -> "ForSequenceClassification";
    };
  }
}
