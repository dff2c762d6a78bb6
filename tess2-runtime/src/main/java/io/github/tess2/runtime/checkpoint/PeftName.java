package io.github.tess2.runtime.checkpoint;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A tensor's name, parsed as PEFT composes it. A wrapped module keeps its weight as {@code
 * X.base_layer.weight} and the adapter's matrices as {@code X.lora_A.NAME.weight}. An adapter saved
 * without its base leaves out the adapter's name.
 *
 * @param target the model's tensor that it belongs to, such as {@code
 *     model.layers.0.self_attn.q_proj.weight}
 * @param role its role for the target
 * @param adapter the adapter's name; empty if the tensor's name does not contain it
 */
record PeftName(String target, Role role, String adapter) {
  private static final String PREFIX = "base_model.model.";

  /** The role of a tensor for its target. */
  enum Role {
    /** The model's own tensor, or one that was trained in full and saved in its place. */
    PLAIN,
    /** The model's own tensor, to which a low-rank product is added. */
    BASE,
    /** The factor {@code [r, in]}, which is applied first. */
    DOWN,
    /** The factor {@code [out, r]}, which is applied second. */
    UP,
    /** An embedding's factor {@code [r, V]}. */
    EMBEDDING_DOWN,
    /** An embedding's factor {@code [H, r]}. */
    EMBEDDING_UP,
    /** A tensor that was trained in full. */
    SAVED,
    /** The original of a tensor that was trained in full. */
    ORIGINAL,
    /** Part of an adapter of an unsupported kind. */
    UNSUPPORTED;

    /** Whether it is part of an adapter rather than of the model. */
    boolean isAdapters() {
      return this != PLAIN && this != BASE && this != ORIGINAL;
    }
  }

  private record Form(Pattern pattern, Role role) {
    Form(String pattern, Role role) {
      this(Pattern.compile(pattern), role);
    }
  }

  // Groups: the module; the adapter, if named; the parameter, if it is not always the weight.
  private static final String ADAPTER = "(?:\\.(?<adapter>[^.]+))?";

  private static final List<Form> FORMS =
      List.of(
          new Form("(?<module>.+)\\.lora_A" + ADAPTER + "\\.weight", Role.DOWN),
          new Form("(?<module>.+)\\.lora_B" + ADAPTER + "\\.weight", Role.UP),
          new Form("(?<module>.+)\\.lora_embedding_A" + ADAPTER, Role.EMBEDDING_DOWN),
          new Form("(?<module>.+)\\.lora_embedding_B" + ADAPTER, Role.EMBEDDING_UP),
          new Form("(?<module>.+)\\.lora_[^.]+" + ADAPTER + ".*", Role.UNSUPPORTED),
          new Form(
              "(?<module>.+)\\.modules_to_save\\.(?<adapter>[^.]+)\\.(?<parameter>.+)", Role.SAVED),
          new Form("(?<module>.+)\\.original_module\\.(?<parameter>.+)", Role.ORIGINAL),
          new Form("(?<module>.+)\\.base_layer\\.(?<parameter>.+)", Role.BASE));

  /** Parses a name. A name that PEFT did not change is its own target. */
  static PeftName of(String name) {
    String bare = name.startsWith(PREFIX) ? name.substring(PREFIX.length()) : name;
    for (Form form : FORMS) {
      Matcher matcher = form.pattern.matcher(bare);
      if (matcher.matches()) {
        return new PeftName(
            matcher.group("module") + "." + group(matcher, "parameter", "weight"),
            form.role,
            group(matcher, "adapter", ""));
      }
    }
    return new PeftName(bare, Role.PLAIN, "");
  }

  private static String group(Matcher matcher, String name, String fallback) {
    if (!matcher.pattern().pattern().contains("(?<" + name + ">")) {
      return fallback;
    }
    String found = matcher.group(name);
    return found == null ? fallback : found;
  }
}
