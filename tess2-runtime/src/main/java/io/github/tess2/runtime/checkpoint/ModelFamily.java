package io.github.tess2.runtime.checkpoint;

import com.google.gson.JsonObject;
import io.github.tess2.runtime.checkpoint.ModelConfig.Purpose;
import java.util.List;

/**
 * One kind of checkpoint: how its {@code config.json} is read, what its tensors are called, which
 * tokens end an answer, and where its chat template comes from. The rest of the library uses {@link
 * ModelConfig}, and the names that Llama and Mistral give to tensors. Stateless.
 *
 * <p>Families are found by {@link java.util.ServiceLoader}. To add one, write a class with
 * {@code @AutoService} and add a line to {@code module-info.java}, which repeats the annotations
 * for the module path.
 */
public interface ModelFamily {
  /** {@return {@code model_type} in {@code config.json}, such as {@code llama}} */
  String modelType();

  /**
   * Reads a {@code config.json} of this family.
   *
   * @param fields the file
   * @return what it says
   * @throws io.github.tess2.CheckpointException if a field is missing or malformed, or describes a
   *     model that this library does not compute exactly
   * @throws IllegalArgumentException if fields contradict one another
   */
  ModelConfig read(JsonFields fields);

  /**
   * Adds the fields to a {@code config.json} that only this family has.
   *
   * @param json the file so far
   * @param config the configuration that is written
   * @throws UnsupportedOperationException if this library does not write models of this family
   */
  default void write(JsonObject json, ModelConfig config) {
    throw new UnsupportedOperationException(
        "models of the family " + modelType() + " can be read, but not written");
  }

  /**
   * {@return the name of a tensor in this family's files}
   *
   * @param name the tensor's name in Llama's files, such as {@code
   *     model.layers.3.self_attn.q_proj.weight}; any other name is returned unchanged
   */
  default String stored(String name) {
    return name;
  }

  /**
   * {@return whether chats are rendered with the checkpoint's own template (the field {@code
   * chat_template} in {@code tokenizer_config.json}, or the file {@code chat_template.jinja}), and
   * texts begin as {@code tokenizer_config.json} says; otherwise both are as in TESS 2}
   */
  default boolean hasOwnTemplate() {
    return false;
  }

  /**
   * {@return the spellings of tokens that end an answer, if the tokenizer has them, in addition to
   * those in {@code config.json}}
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

  /** {@return the end of a class name for a purpose, such as {@code ForDiffusionLM}} */
  static String classSuffix(Purpose purpose) {
    return switch (purpose) {
      case DIFFUSION -> "ForDiffusionLM";
      case CAUSAL -> "ForCausalLM";
      case REWARD -> "ForSequenceClassification";
    };
  }
}
