package io.github.tess2.examples.tasks;

/** An item that has no place in a set yet; see {@link TaskItem} for the parts. */
record Draft(String key, String prompt, String answer) {}
