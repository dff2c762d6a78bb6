/**
 * Judges a model on the tasks of {@link io.github.tess2.examples.tasks}: {@link
 * io.github.tess2.examples.evaluation.Evaluator} has the model answer them, {@link
 * io.github.tess2.examples.evaluation.Report} shows how it did.
 */
@NullMarked
package io.github.tess2.examples.evaluation;

import org.jspecify.annotations.NullMarked;
