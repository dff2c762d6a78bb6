package io.github.tess2;

/**
 * How the weights of the decoder's layers are stored. The model computes in its {@link Precision};
 * the embedding, the head and the norms are always stored in that precision.
 *
 * <p>Both quantized formats use one byte per weight and one scale per row of a weight matrix.
 * Activations are quantized for each product, with one scale per row. docs/cuda.md describes the
 * savings and costs.
 */
public enum WeightFormat {
  /** In the compute precision. */
  UNQUANTIZED,
  /** 8-bit integers, on every device. */
  INT8,
  /**
   * 8-bit floating point (e4m3). Needs an NVIDIA GPU that supports it: compute capability 8.9 or
   * newer.
   */
  FP8
}
