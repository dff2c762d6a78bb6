/**
 * The tasks that the shipped model is trained and judged on: seeded generators of items that a
 * program can check, their training and held-out sets, and the tokenizer made for them.
 *
 * <p>{@link io.github.tess2.examples.tasks.TaskSplit} draws the held-out items and provides endless
 * training streams that exclude them; {@link io.github.tess2.examples.tasks.Scores} turns (item,
 * generated text) pairs into accuracies; {@link io.github.tess2.examples.tasks.TokenizerBuilder}
 * makes the tokenizer; {@link io.github.tess2.examples.tasks.DataCommand} writes it all to a
 * folder.
 */
@NullMarked
package io.github.tess2.examples.tasks;

import org.jspecify.annotations.NullMarked;
