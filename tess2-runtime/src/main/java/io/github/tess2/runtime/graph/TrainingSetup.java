package io.github.tess2.runtime.graph;

import ai.djl.ndarray.NDArray;

/**
 * What does not change from one training pass to the next.
 *
 * @param architecture of the decoder
 * @param inverseFrequencies of the rotary positions, {@code [D/2]}, float32
 * @param tiedHead whether the head is the embedding
 * @param dtype what the model computes in
 * @param mixtureGradient whether the embedding learns from the mixtures that are made with it
 */
public record TrainingSetup(
    Architecture architecture,
    NDArray inverseFrequencies,
    boolean tiedHead,
    DType dtype,
    boolean mixtureGradient) {
  void pass(GraphCall call) {
    architecture.pass(call);
    call.tensor(inverseFrequencies).ints(tiedHead ? 1 : 0, dtype.code(), mixtureGradient ? 1 : 0);
  }
}
