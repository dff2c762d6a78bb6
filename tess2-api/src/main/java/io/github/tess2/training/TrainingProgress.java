package io.github.tess2.training;

import java.time.Duration;
import java.util.OptionalDouble;

/**
 * Where a run stands after an optimizer step.
 *
 * @param step steps done, 1 to {@code totalSteps}
 * @param totalSteps of the run
 * @param loss mean over the step's examples
 * @param evaluationLoss on held-out data, where this step evaluated
 * @param learningRate of this step
 * @param gradientNorm before clipping
 * @param tokensPerSecond positions through the model each second, since the run (re)started
 * @param remaining time left at that speed
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
