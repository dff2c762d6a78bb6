package io.github.tess2.runtime.graph;

import io.github.tess2.Precision;
import io.github.tess2.WeightFormat;

/** PyTorch's codes for number formats, as TorchScript uses them. */
public enum DType {
  /** 8-bit unsigned integer. */
  UINT8(0, 1),
  /** 8-bit integer. */
  INT8(1, 1),
  /** 64-bit integer. */
  INT64(4, 8),
  /** 16-bit floating point. */
  FLOAT16(5, 2),
  /** 32-bit floating point. */
  FLOAT32(6, 4),
  /** 64-bit floating point. */
  FLOAT64(7, 8),
  /** bfloat16, which DJL's bridge cannot name: such tensors are opaque outside the graph. */
  BFLOAT16(15, 2),
  /** 8-bit floating point (e4m3), opaque outside the graph as well. */
  FLOAT8(24, 1);

  private final int code;
  private final int bytes;

  DType(int code, int bytes) {
    this.code = code;
    this.bytes = bytes;
  }

  /** {@return PyTorch's code for the format} */
  public int code() {
    return code;
  }

  /** {@return the number of bytes of one value} */
  public int bytes() {
    return bytes;
  }

  /**
   * {@return the format in which the weights of layers are stored}
   *
   * @param format the format of the weights
   * @param precision the computed precision, not {@link Precision#AUTO}
   */
  public static DType of(WeightFormat format, Precision precision) {
    return switch (format) {
      case UNQUANTIZED -> of(precision);
      case INT8 -> INT8;
      case FP8 -> FLOAT8;
    };
  }

  /**
   * {@return the format a precision computes in}
   *
   * @param precision not {@link Precision#AUTO}
   */
  public static DType of(Precision precision) {
    return switch (precision) {
      case FP32 -> FLOAT32;
      case FP16 -> FLOAT16;
      case BF16 -> BFLOAT16;
      case AUTO -> throw new IllegalArgumentException("precision must be resolved, but is: AUTO");
    };
  }
}
