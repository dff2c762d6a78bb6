package io.github.tess2.runtime.checkpoint;

import io.github.tess2.CheckpointException;
import io.github.tess2.runtime.files.FileProblem;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/**
 * A safetensors file, read through memory maps: nothing is copied to the heap, and a page is read
 * when it is accessed. The header is checked in full when the file is opened.
 *
 * <p>May be used from several threads. The file must not be changed or truncated while it is open:
 * reading a page that no longer exists crashes the JVM.
 */
public final class SafetensorsFile implements AutoCloseable {
  private final Path path;
  private final FileChannel channel;
  private final SafetensorsHeader header;

  private SafetensorsFile(Path path, FileChannel channel, SafetensorsHeader header) {
    this.path = path;
    this.channel = channel;
    this.header = header;
  }

  /**
   * Opens a file and checks its header.
   *
   * @param path the file
   * @return the open file; the caller closes it
   * @throws CheckpointException if the file is missing, cut short or malformed; the message names
   *     file, tensor, rule and value
   */
  public static SafetensorsFile open(Path path) {
    StrictJson.requireFile(path);
    try {
      FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
      try {
        return new SafetensorsFile(path, channel, SafetensorsHeader.read(path.toString(), channel));
      } catch (IOException | RuntimeException e) {
        try {
          channel.close();
        } catch (IOException onClose) {
          e.addSuppressed(onClose);
        }
        throw e;
      }
    } catch (IOException e) {
      throw new CheckpointException(path + ": cannot be read: " + FileProblem.of(e), e);
    }
  }

  /** The file. */
  public Path path() {
    return path;
  }

  /** The tensors by name, in the order in which they are stored; unmodifiable. */
  public Map<String, TensorInfo> tensors() {
    return header.tensors();
  }

  /** The strings in the header's {@code __metadata__}; unmodifiable. */
  public Map<String, String> metadata() {
    return header.metadata();
  }

  /**
   * Maps a tensor's bytes while a function reads them.
   *
   * @param <T> the type of the function's result
   * @param name the tensor
   * @param reader the function, called on this thread with exactly the tensor's bytes: direct,
   *     read-only, little-endian, position 0. After it returns, neither the buffer nor anything
   *     that shares its memory may be used: that can crash the JVM
   * @return what the function returns
   * @throws CheckpointException if there is no such tensor, or it has more bytes than a buffer can
   *     hold (2 GiB)
   * @throws IllegalStateException after {@link #close}
   */
  public <T> T read(String name, Function<ByteBuffer, T> reader) {
    TensorInfo info = mappable(name);
    if (path.getFileSystem() != FileSystems.getDefault()) {
      return reader.apply(copied(info));
    }
    try (MemoryMap map = MemoryMap.of(channel, info.begin(), info.byteCount())) {
      return reader.apply(map.data().order(ByteOrder.LITTLE_ENDIAN));
    } catch (IOException e) {
      throw new CheckpointException(
          path + ": tensor " + name + " cannot be mapped: " + e.getMessage(), e);
    }
  }

  /** Reads a copy, for files in memory or in an archive, which cannot be mapped. */
  private ByteBuffer copied(TensorInfo info) {
    try {
      ByteBuffer data = ByteBuffer.allocateDirect((int) info.byteCount());
      while (data.hasRemaining()) {
        if (channel.read(data, info.begin() + data.position()) < 0) {
          throw new CheckpointException(path + ": became shorter while it was read");
        }
      }
      return data.flip().asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
    } catch (IOException e) {
      throw new CheckpointException(
          path + ": tensor " + info.name() + " cannot be read: " + e.getMessage(), e);
    }
  }

  private TensorInfo mappable(String name) {
    TensorInfo info = info(name);
    if (!channel.isOpen()) {
      throw new IllegalStateException(path + " is closed");
    }
    if (info.byteCount() > Integer.MAX_VALUE) {
      throw new CheckpointException(
          String.format(
              Locale.ROOT,
              "%s: tensor %s must have at most %d bytes, but has: %d",
              path,
              name,
              Integer.MAX_VALUE,
              info.byteCount()));
    }
    return info;
  }

  /**
   * Decodes a small tensor of F32, F16 or BF16 onto the heap.
   *
   * @param name the tensor
   * @return its elements, row-major
   * @throws CheckpointException if there is no such tensor or it is of another type
   * @throws IllegalStateException after {@link #close}
   */
  public float[] floats(String name) {
    TensorInfo info = info(name);
    if (!info.dtype().isWeight()) {
      throw new CheckpointException(
          String.format(
              Locale.ROOT,
              "%s: tensor %s must be F32, F16 or BF16, but is: %s",
              path,
              name,
              info.dtype()));
    }
    return read(name, data -> floats(info, data));
  }

  private static float[] floats(TensorInfo info, ByteBuffer data) {
    float[] values = new float[(int) info.elementCount()];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          switch (info.dtype()) {
            case F32 -> data.getFloat();
            case BF16 -> Float.intBitsToFloat(data.getShort() << 16);
            default -> half(data.getShort());
          };
    }
    return values;
  }

  public TensorInfo info(String name) {
    TensorInfo info = header.tensors().get(name);
    if (info == null) {
      throw new CheckpointException(path + ": must hold the tensor " + name + ", but does not");
    }
    return info;
  }

  // Java has this only from version 20 on (Float.float16ToFloat).
  private static float half(short bits) {
    int sign = (bits & 0x8000) << 16;
    int exponent = bits >> 10 & 0x1f;
    int fraction = bits & 0x3ff;
    if (exponent == 0) { // zero and the subnormals: fraction * 2^-24, exact in single precision
      float value = fraction * 0x1p-24f;
      return sign == 0 ? value : -value;
    }
    int single = exponent == 0x1f ? 0xff : exponent - 15 + 127;
    return Float.intBitsToFloat(sign | single << 23 | fraction << 13);
  }

  /** Closes the file. A running {@link #read} still completes. Closing again does nothing. */
  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new CheckpointException(path + ": cannot be closed: " + e.getMessage(), e);
    }
  }
}
