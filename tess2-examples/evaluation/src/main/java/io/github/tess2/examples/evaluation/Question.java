package io.github.tess2.examples.evaluation;

import io.github.tess2.GenerationResult;
import io.github.tess2.Prompt;
import io.github.tess2.Role;
import io.github.tess2.examples.tasks.TaskItem;

/** A task as the model is asked it, with the given part of its answer. */
public sealed interface Question permits StartedAnswer, BlankedAnswer {
  /** {@return the task} */
  TaskItem item();

  /** {@return what the model is asked} */
  Prompt prompt();

  /**
   * {@return the most tokens to generate, at least 1; not used for an infill}
   *
   * @param length the room for a whole answer
   */
  int room(int length);

  /**
   * {@return the whole answer: what was given and what was generated}
   *
   * @param result what was generated
   */
  String answer(GenerationResult result);

  /**
   * {@return the text of a chat up to the beginning of the answer}
   *
   * @param item the task that the user asks
   */
  static String chat(TaskItem item) {
    return Role.USER.marker() + "\n" + item.prompt() + "\n" + Role.ASSISTANT.marker() + "\n";
  }
}
