package io.github.tess2.runtime.checkpoint;

import java.util.Arrays;
import java.util.Objects;

/**
 * A tensor's name, type, shape and place in its file.
 *
 * @param name its name
 * @param dtype the type of its elements
 * @param shape its dimensions, row-major, outermost first; empty for a scalar
 * @param begin the offset of its first byte in the file
 * @param end the offset after its last byte in the file
 */
@SuppressWarnings("ArrayRecordComponent") // copied both ways, and compared by content
public record TensorInfo(String name, TensorType dtype, long[] shape, long begin, long end) {

  /** Copies the shape. */
  public TensorInfo {
    shape = shape.clone();
  }

  /** A copy of the dimensions, outermost first. */
  @Override
  public long[] shape() {
    return shape.clone();
  }

  /** The number of bytes. */
  public long byteCount() {
    return end - begin;
  }

  /** The number of elements. */
  public long elementCount() {
    return byteCount() / dtype.bytes();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TensorInfo that
        && name.equals(that.name)
        && dtype == that.dtype
        && Arrays.equals(shape, that.shape)
        && begin == that.begin
        && end == that.end;
  }

  @Override
  public int hashCode() {
    return Objects.hash(name, dtype, Arrays.hashCode(shape), begin, end);
  }

  @Override
  public String toString() {
    return name + " " + dtype + " " + Arrays.toString(shape) + " bytes " + begin + ".." + end;
  }
}
