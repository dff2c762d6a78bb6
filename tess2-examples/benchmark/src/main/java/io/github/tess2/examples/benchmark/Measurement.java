package io.github.tess2.examples.benchmark;

import org.jspecify.annotations.Nullable;

/**
 * What a pipeline took, as a line of JSON has it. Components are boxed where another pipeline, or
 * another system, may not know them.
 *
 * @param pipeline whose figures these are
 * @param device where it computed
 * @param precision of weights and decoder
 * @param threads that computed
 * @param batch requests at once
 * @param promptTokens of each request
 * @param generatedTokens of each request
 * @param steps denoising steps that the median is over
 * @param stepMillis median time of a step, of the whole batch
 * @param firstStepMillis time of a step in the first run, which warms up
 * @param backboneMillis median time of decoder and head alone, at the same shape
 * @param weightBytes memory of the weights, the reward model's among them where one guides
 * @param loadSeconds time to load the model, the reward model not among it
 * @param peakBytesBeyondWeights most memory taken while generating, first run included, less the
 *     weights and what was taken with the engine started and no model loaded: resident memory of
 *     the process, on a GPU the device's
 */
record Measurement(
    String pipeline,
    String device,
    String precision,
    int threads,
    int batch,
    int promptTokens,
    int generatedTokens,
    int steps,
    double stepMillis,
    double firstStepMillis,
    @Nullable Double backboneMillis,
    @Nullable Long weightBytes,
    @Nullable Double loadSeconds,
    @Nullable Long peakBytesBeyondWeights) {}
