package io.github.tess2.examples.benchmark;

import org.jspecify.annotations.Nullable;

/**
 * The figures of a pipeline, as in a line of JSON. Components are boxed if another pipeline or
 * system may not know them.
 *
 * @param pipeline the measured pipeline
 * @param device the device that it computed on
 * @param precision the precision of weights and decoder
 * @param threads number of threads that computed
 * @param batch requests at once
 * @param promptTokens prompt tokens of each request
 * @param generatedTokens generated tokens of each request
 * @param steps number of denoising steps that the median is taken over
 * @param stepMillis median time of a step for the whole batch
 * @param firstStepMillis time of a step in the first run, which is the warmup
 * @param backboneMillis median time of decoder and head alone, at the same shape
 * @param weightBytes memory of the weights, including those of the reward model if one guides
 * @param loadSeconds time to load the model, without the reward model
 * @param peakBytesBeyondWeights peak memory while generating, including the first run, minus the
 *     weights and the memory in use with the engine started and no model loaded; resident memory of
 *     the process, or on a GPU the memory of the device
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
