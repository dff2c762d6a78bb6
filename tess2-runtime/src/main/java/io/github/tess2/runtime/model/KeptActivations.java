package io.github.tess2.runtime.model;

import io.github.tess2.runtime.checkpoint.ModelConfig;

/**
 * The number of halves of a decoder's layers that keep their activations for a gradient. A half
 * whose activations are not kept is computed again in the backward pass.
 *
 * @param attentions the number of attention halves, starting from the last layer; they are kept
 *     before the others, because they need the least memory for the time that they save
 * @param feedForwards the number of MLP halves, starting from the last layer
 */
record KeptActivations(int attentions, int feedForwards) {
  /**
   * Keeps as many as fit.
   *
   * @param config the configuration of the decoder
   * @param rows R, the rows of the pass
   * @param bytesPerNumber the size of a number in the computed precision
   * @param quantized whether weights are quantized; a half that is kept then also keeps its weights
   *     in the computed precision, because its gradient passes through them
   * @param limit the memory for activations, in bytes
   */
  static KeptActivations within(
      ModelConfig config, int rows, int bytesPerNumber, boolean quantized, long limit) {
    long row = (long) rows * bytesPerNumber;
    long hidden = config.hiddenSize();
    long heads = (long) config.heads() * config.headDimension();
    long keysAndValues = 2L * config.keyValueHeads() * config.headDimension();
    // The input, the input of the norm, and the norm; then q, k and v before and after rotation,
    // and
    // the output of attention.
    long attention = row * (3 * hidden + 2 * (heads + keysAndValues) + heads);
    // The same; then gate and up, the activated gate, and the product of the gate and up.
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
