/**
 * Measures how guidance affects a model's answers: {@link
 * io.github.tess2.examples.claims.GuidanceTrial} has the model answer tasks in every setting,
 * {@link io.github.tess2.examples.claims.AnswerFile} keeps the answers, {@link
 * io.github.tess2.examples.claims.GuidanceReport} and {@link
 * io.github.tess2.examples.claims.GuidancePlots} show them.
 */
@NullMarked
package io.github.tess2.examples.claims;

import org.jspecify.annotations.NullMarked;
