package io.github.tess2;

/**
 * How the weights of the decoder's layers are stored. What the model computes in is its {@link
 * Precision}; the embedding, the head and the norms are always stored in that.
 *
 * <p>Both quantized formats take one byte a weight and one scale for each row of a weight matrix.
 * Activations are quantized for each product, with one scale a row. docs/cuda.md says what that
 * saves and costs.
 */
public enum WeightFormat {
  /** In the precision that is computed in. */
  UNQUANTIZED,
  /** 8-bit integers, on every device. */
  INT8,
  /**
   * 8-bit floating point (e4m3). Needs an NVIDIA GPU that multiplies it: compute capability 8.9 or
   * newer.
   */
  FP8
}
