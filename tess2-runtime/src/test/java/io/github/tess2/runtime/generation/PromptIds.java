package io.github.tess2.runtime.generation;

import io.github.tess2.Prompt;
import io.github.tess2.runtime.checkpoint.CheckpointTokenizer;

/** The ids that generation places before an answer, for tests in other packages. */
public final class PromptIds {
  private PromptIds() {}

  /** The ids of a prompt. */
  public static int[] of(CheckpointTokenizer tokenizer, Prompt prompt) {
    Layout layout = new PromptEncoder(tokenizer, 1 << 20).encode(prompt, 1);
    return layout.ids().subArray(0, layout.positions().get(0)).toArray();
  }
}
