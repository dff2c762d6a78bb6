package io.github.tess2.runtime.checkpoint;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.github.tess2.CheckpointException;
import io.github.tess2.runtime.files.FileProblem;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * Writes safetensors files, one tensor in memory at a time. A file is written under a temporary
 * name, forced to disk and renamed, so at any time either the old file or the new one is there,
 * complete.
 */
public final class SafetensorsWriter {
  private static final int ALIGNMENT = Long.BYTES;

  private SafetensorsWriter() {}

  /**
   * A tensor to write.
   *
   * @param name its name, not {@code __metadata__}
   * @param dtype its elements' type
   * @param shape its dimensions, row-major, outermost first; empty for a scalar
   */
  @SuppressWarnings("ArrayRecordComponent") // copied both ways, and compared by content
  public record TensorSpec(String name, TensorType dtype, long... shape) {
    /** Copies and checks the shape. */
    public TensorSpec {
      shape = shape.clone();
      if (name.isEmpty() || name.equals(SafetensorsHeader.METADATA)) {
        throw new IllegalArgumentException(
            "a tensor's name must be neither empty nor "
                + SafetensorsHeader.METADATA
                + ", but is: \""
                + name
                + '"');
      }
      byteCount(name, dtype, shape);
    }

    /** A copy of the dimensions, outermost first. */
    @Override
    public long[] shape() {
      return shape.clone();
    }

    /** The number of bytes. */
    public long byteCount() {
      return byteCount(name, dtype, shape);
    }

    private static long byteCount(String name, TensorType dtype, long[] shape) {
      long count = dtype.bytes();
      for (long dimension : shape) {
        if (dimension < 0) {
          throw new IllegalArgumentException(
              name + ": shape must not be negative, but is: " + Arrays.toString(shape));
        }
        // It must fit into one buffer, here and in the reader.
        if (dimension > 0 && count > Integer.MAX_VALUE / dimension) {
          throw new IllegalArgumentException(
              String.format(
                  Locale.ROOT,
                  "%s: must have at most %d bytes, but has the shape: %s of %s",
                  name,
                  Integer.MAX_VALUE,
                  Arrays.toString(shape),
                  dtype));
        }
        count *= dimension;
      }
      return count;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof TensorSpec that
          && name.equals(that.name)
          && dtype == that.dtype
          && Arrays.equals(shape, that.shape);
    }

    @Override
    public int hashCode() {
      return name.hashCode() * 31 + Arrays.hashCode(shape);
    }

    @Override
    public String toString() {
      return name + " " + dtype + " " + Arrays.toString(shape);
    }
  }

  /** Supplies the bytes of tensors. */
  @FunctionalInterface
  public interface TensorSource {
    /**
     * Supplies one tensor.
     *
     * @param spec the tensor asked for
     * @return its elements, row-major, little-endian, from the buffer's position to its limit. They
     *     are read before the next call and not changed, so one buffer can serve all calls
     */
    ByteBuffer bytes(TensorSpec spec);
  }

  /**
   * Writes a file and replaces an existing one. On any failure the existing file stays, and nothing
   * else is left.
   *
   * @param file the file to write; its folder must exist
   * @param metadata strings for the header's {@code __metadata__}; transformers requires {@code
   *     format} to be {@code pt}
   * @param specs the tensors
   * @param source called once for each tensor: first those with wider elements, so that all are
   *     aligned, and otherwise in the order given
   * @throws IllegalArgumentException if two tensors have the same name, or the source supplies the
   *     wrong number of bytes; exceptions of the source are passed on
   * @throws CheckpointException if the file cannot be written
   */
  public static void write(
      Path file, Map<String, String> metadata, List<TensorSpec> specs, TensorSource source) {
    List<TensorSpec> ordered = new ArrayList<>(specs);
    ordered.sort(Comparator.comparingInt((TensorSpec spec) -> -spec.dtype().bytes()));
    requireDistinct(ordered);
    ByteBuffer header = header(metadata, ordered);
    Path beside = file.resolveSibling(file.getFileName() + "." + UUID.randomUUID() + ".tmp");
    try {
      try (FileChannel channel =
          FileChannel.open(beside, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        writeFully(channel, header);
        for (TensorSpec spec : ordered) {
          writeFully(channel, checked(spec, source.bytes(spec)));
        }
        channel.force(true);
      }
      Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw delete(
          beside, new CheckpointException(file + ": cannot be written: " + FileProblem.of(e), e));
    } catch (RuntimeException e) {
      throw delete(beside, e);
    }
  }

  private static RuntimeException delete(Path beside, RuntimeException reason) {
    try {
      Files.deleteIfExists(beside);
    } catch (IOException e) {
      reason.addSuppressed(e);
    }
    return reason;
  }

  private static void requireDistinct(List<TensorSpec> specs) {
    Set<String> names = new HashSet<>();
    for (TensorSpec spec : specs) {
      if (!names.add(spec.name())) {
        throw new IllegalArgumentException(
            "a tensor's name must be unique, but occurs twice: " + spec.name());
      }
    }
  }

  private static ByteBuffer header(Map<String, String> metadata, List<TensorSpec> specs) {
    JsonObject json = new JsonObject();
    if (!metadata.isEmpty()) {
      JsonObject strings = new JsonObject();
      metadata.forEach(strings::addProperty);
      json.add(SafetensorsHeader.METADATA, strings);
    }
    long at = 0;
    for (TensorSpec spec : specs) {
      JsonObject tensor = new JsonObject();
      tensor.addProperty("dtype", spec.dtype().name());
      tensor.add("shape", array(spec.shape()));
      tensor.add("data_offsets", array(at, at + spec.byteCount()));
      json.add(spec.name(), tensor);
      at += spec.byteCount();
    }
    byte[] text = json.toString().getBytes(StandardCharsets.UTF_8);
    int padded = (text.length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    ByteBuffer header = ByteBuffer.allocate(Long.BYTES + padded).order(ByteOrder.LITTLE_ENDIAN);
    header.putLong(padded).put(text);
    while (header.hasRemaining()) {
      header.put((byte) ' ');
    }
    return header.flip();
  }

  private static JsonArray array(long... values) {
    JsonArray array = new JsonArray();
    for (long value : values) {
      array.add(value);
    }
    return array;
  }

  private static ByteBuffer checked(TensorSpec spec, ByteBuffer bytes) {
    if (bytes.remaining() != spec.byteCount()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s must have %d bytes, but the source gave: %d",
              spec,
              spec.byteCount(),
              bytes.remaining()));
    }
    return bytes.duplicate();
  }

  private static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }
}
