package io.github.tess2.examples.tasks;

/** An item that is not part of a set yet; {@link TaskItem} describes the parts. */
record Draft(String key, String prompt, String answer) {}
