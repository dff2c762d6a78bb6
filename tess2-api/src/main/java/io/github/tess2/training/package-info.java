/**
 * Training in Java: the stages of TESS 2's recipe (arXiv 2502.13917) and its baselines. Configure a
 * run with {@link io.github.tess2.training.TrainingConfig} and start it with {@link
 * io.github.tess2.training.Trainer}.
 */
@NullMarked
package io.github.tess2.training;

import org.jspecify.annotations.NullMarked;
