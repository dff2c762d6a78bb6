package io.github.tess2.training;

import java.time.Duration;
import java.util.OptionalDouble;

/**
 * A run's progress after an optimizer step.
 *
 * @param step number of steps done, from 1 to {@code totalSteps}
 * @param totalSteps number of steps of the run
 * @param loss mean loss over the step's examples
 * @param evaluationLoss loss on held-out data, if this step evaluated
 * @param learningRate learning rate of this step
 * @param gradientNorm global gradient norm before clipping
 * @param tokensPerSecond positions processed per second since the run was started or resumed
 * @param remaining estimated remaining time at that speed
 */
public record TrainingProgress(
    int step,
    int totalSteps,
    double loss,
    OptionalDouble evaluationLoss,
    double learningRate,
    double gradientNorm,
    double tokensPerSecond,
    Duration remaining) {}
