package io.github.tess2;

/** The number format the model computes in. Sampling always uses 32 bits. */
public enum Precision {
  /** {@link #BF16} if the device is fast at it, otherwise {@link #FP32}. */
  AUTO,
  /** 32-bit floating point. */
  FP32,
  /** 16-bit floating point: half the memory, but slow on a CPU and rarely useful there. */
  FP16,
  /** bfloat16: half the memory, with the range of 32 bits; TESS 2 was trained in it. */
  BF16
}
