package io.github.tess2;

/** The number format the model computes in. Sampling always computes in 32 bits. */
public enum Precision {
  /** {@link #BF16} where the device is fast at it, else {@link #FP32}. */
  AUTO,
  /** 32-bit floating point. */
  FP32,
  /** 16-bit floating point: half the memory; on a CPU slow and rarely what you want. */
  FP16,
  /** bfloat16: half the memory, the range of 32 bits; what TESS 2 is trained in. */
  BF16
}
