package io.github.tess2.runtime.graph;

import ai.djl.ndarray.NDArray;

/**
 * The arguments that are the same in all training passes.
 *
 * @param architecture the dimensions of the decoder
 * @param inverseFrequencies the inverse frequencies of the rotary positions, {@code [D/2]}, float32
 * @param tiedHead whether the head is the embedding
 * @param dtype the format that the model computes in
 * @param mixtureGradient whether gradients flow to the embedding through the mixtures made with it
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
