package io.github.tess2.runtime.checkpoint;

/** The element types of the safetensors format that take whole bytes, named as in the format. */
public enum TensorType {
  /** A Boolean, one per byte. */
  BOOL(1),
  /** Unsigned, 8 bits. */
  U8(1),
  /** Signed, 8 bits. */
  I8(1),
  /** Floating point, 8 bits, 4 of exponent. */
  F8_E4M3(1),
  /** Floating point, 8 bits, 5 of exponent. */
  F8_E5M2(1),
  /** Unsigned, 16 bits. */
  U16(2),
  /** Signed, 16 bits. */
  I16(2),
  /** IEEE 754 half precision. */
  F16(2),
  /** The upper half of an F32. */
  BF16(2),
  /** Unsigned, 32 bits. */
  U32(4),
  /** Signed, 32 bits. */
  I32(4),
  /** IEEE 754 single precision. */
  F32(4),
  /** Unsigned, 64 bits. */
  U64(8),
  /** Signed, 64 bits. */
  I64(8),
  /** IEEE 754 double precision. */
  F64(8);

  private final int bytes;

  TensorType(int bytes) {
    this.bytes = bytes;
  }

  /** The bytes of one element. */
  public int bytes() {
    return bytes;
  }

  /** Whether weights of models may have this type: F32, F16 or BF16. */
  public boolean isWeight() {
    return this == F32 || this == F16 || this == BF16;
  }
}
