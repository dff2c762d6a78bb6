package io.github.tess2.runtime.model;

import io.github.tess2.runtime.checkpoint.ModelConfig;

/**
 * How many halves of a decoder's layers keep their activations on the way to a gradient. A half
 * whose activations are not kept is computed again on the way back.
 *
 * @param attentions how many attention halves, the last layers' first; they are kept before the
 *     others, since they take the least memory for the time they save
 * @param feedForwards how many MLP halves, the last layers' first
 */
record KeptActivations(int attentions, int feedForwards) {
  /**
   * As many as fit.
   *
   * @param config of the decoder
   * @param rows R of the pass
   * @param bytesPerNumber of the computed precision
   * @param quantized whether weights are: a half that is kept then keeps them in the computed
   *     precision too, since its gradient is taken through them
   * @param limit memory for them, in bytes
   */
  static KeptActivations within(
      ModelConfig config, int rows, int bytesPerNumber, boolean quantized, long limit) {
    long row = (long) rows * bytesPerNumber;
    long hidden = config.hiddenSize();
    long heads = (long) config.heads() * config.headDimension();
    long keysAndValues = 2L * config.keyValueHeads() * config.headDimension();
    // What enters, what is normed, and the norm; then q, k, v before and after rotation and the
    // mix.
    long attention = row * (3 * hidden + 2 * (heads + keysAndValues) + heads);
    // The same; then gate and up, what the gate lets through, and the gate's outcome.
    long feedForward = row * (3 * hidden + 4L * config.intermediateSize());
    if (quantized) {
      attention += hidden * (2 * heads + keysAndValues) * bytesPerNumber;
      feedForward += hidden * 3 * config.intermediateSize() * bytesPerNumber;
    }
    int layers = config.layers();
    int attentions = (int) Math.min(layers, limit / attention);
    long left = limit - attentions * attention;
    return new KeptActivations(attentions, (int) Math.min(layers, left / feedForward));
  }
}
