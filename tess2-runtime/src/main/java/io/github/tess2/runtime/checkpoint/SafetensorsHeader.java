package io.github.tess2.runtime.checkpoint;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.github.tess2.CheckpointException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The beginning of a safetensors file: 8 bytes N, little-endian, then N bytes of JSON, then the
 * data. As the format requires, the tensors cover the data without gaps or overlaps.
 *
 * @param tensors the tensors by name, in the order in which they are stored; offsets count from the
 *     file's beginning
 * @param metadata the strings under {@code __metadata__}
 */
record SafetensorsHeader(Map<String, TensorInfo> tensors, Map<String, String> metadata) {
  private static final int PREFIX = Long.BYTES;
  private static final long MAX_BYTES = 100_000_000; // the format's own limit
  static final String METADATA = "__metadata__";

  /** Reads and checks a header, without reading tensors. */
  static SafetensorsHeader read(String source, FileChannel channel) throws IOException {
    long size = channel.size();
    rejectOtherContent(source, channel, size);
    if (size < PREFIX) {
      throw new CheckpointException(
          source + ": must have at least " + PREFIX + " bytes, but has: " + size);
    }
    long length = bytes(source, channel, 0, PREFIX).getLong();
    if (length < 2 || length > MAX_BYTES) {
      throw new CheckpointException(
          source
              + ": header length must be from 2 to "
              + MAX_BYTES
              + ", but is: "
              + unsigned(length));
    }
    if (length > size - PREFIX) {
      throw new CheckpointException(
          source
              + ": header length must be within the file's "
              + size
              + " bytes, but is: "
              + length);
    }
    String text = StrictJson.utf8(source, bytes(source, channel, PREFIX, (int) length).array());
    return parse(source, text, PREFIX + length, size);
  }

  /** Names known content of another kind, instead of reporting a length out of range. */
  private static void rejectOtherContent(String source, FileChannel channel, long size)
      throws IOException {
    int count = (int) Math.min(size, WrongContent.LOOKED_AT);
    byte[] first = bytes(source, channel, 0, count).array();
    if (count <= PREFIX || first[PREFIX] != '{') {
      WrongContent.requireTensors(source, first, size);
    }
  }

  private static ByteBuffer bytes(String source, FileChannel channel, long at, int count)
      throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, at + buffer.position()) < 0) {
        throw new CheckpointException(source + ": became shorter while it was read");
      }
    }
    return buffer.flip();
  }

  private static SafetensorsHeader parse(String source, String text, long dataStart, long size) {
    JsonObject json = StrictJson.object(source + " header", text);
    Map<String, String> metadata = Map.of();
    List<TensorInfo> found = new ArrayList<>();
    for (Map.Entry<String, JsonElement> entry : json.entrySet()) {
      if (entry.getKey().equals(METADATA)) {
        metadata = metadata(source, json);
      } else {
        found.add(tensor(source, entry.getKey(), entry.getValue(), dataStart, size));
      }
    }
    found.sort(Comparator.comparingLong(TensorInfo::begin).thenComparingLong(TensorInfo::end));
    requireCover(source, found, dataStart, size);
    Map<String, TensorInfo> tensors = new LinkedHashMap<>();
    found.forEach(info -> tensors.put(info.name(), info));
    return new SafetensorsHeader(
        Collections.unmodifiableMap(tensors), Collections.unmodifiableMap(metadata));
  }

  private static Map<String, String> metadata(String source, JsonObject header) {
    JsonFields fields = new JsonFields(source, header).object(METADATA).orElse(null);
    Map<String, String> metadata = new LinkedHashMap<>();
    if (fields != null) {
      for (String key : fields.json().keySet()) {
        metadata.put(
            key, fields.text(key).orElseThrow(() -> fields.wrong(key, "must be a string")));
      }
    }
    return metadata;
  }

  private static TensorInfo tensor(
      String source, String name, JsonElement value, long dataStart, long size) {
    String what = source + ": tensor " + name;
    if (!value.isJsonObject()) {
      throw new CheckpointException(
          what + " must be an object, but is: " + JsonFields.shown(value));
    }
    JsonFields fields = new JsonFields(what, value.getAsJsonObject());
    TensorType dtype = dtype(fields);
    long[] shape = numbers(fields, "shape");
    long[] offsets = numbers(fields, "data_offsets");
    long dataSize = size - dataStart;
    if (offsets.length != 2 || offsets[0] > offsets[1]) {
      throw fields.wrong("data_offsets", "must be a beginning and an end that is not before it");
    }
    if (offsets[1] > dataSize) {
      throw fields.wrong(
          "data_offsets", "must be within the file's " + dataSize + " bytes of data");
    }
    long expected = byteCount(fields, shape, dtype);
    if (expected != offsets[1] - offsets[0]) {
      throw new CheckpointException(
          String.format(
              Locale.ROOT,
              "%s: data_offsets must be %d bytes apart for %s %s, but are: %d",
              what,
              expected,
              dtype,
              Arrays.toString(shape),
              offsets[1] - offsets[0]));
    }
    return new TensorInfo(name, dtype, shape, dataStart + offsets[0], dataStart + offsets[1]);
  }

  private static TensorType dtype(JsonFields fields) {
    fields.required("dtype");
    Optional<String> name = fields.text("dtype");
    for (TensorType type : TensorType.values()) {
      if (name.isPresent() && type.name().equals(name.get())) {
        return type;
      }
    }
    throw fields.wrong("dtype", "must be one of " + Arrays.toString(TensorType.values()));
  }

  private static long[] numbers(JsonFields fields, String field) {
    JsonElement value = fields.required(field);
    if (!value.isJsonArray()) {
      throw fields.wrong(field, "must be an array of whole numbers");
    }
    JsonArray array = value.getAsJsonArray();
    long[] numbers = new long[array.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = fields.whole(field, array.get(i), 0, Long.MAX_VALUE);
    }
    return numbers;
  }

  private static long byteCount(JsonFields fields, long[] shape, TensorType dtype) {
    long count = dtype.bytes();
    try {
      for (long dimension : shape) {
        count = Math.multiplyExact(count, dimension);
      }
      return count;
    } catch (ArithmeticException e) {
      throw fields.wrong("shape", "must have fewer than 2^63 bytes");
    }
  }

  private static void requireCover(
      String source, List<TensorInfo> sorted, long dataStart, long size) {
    long at = dataStart;
    String before = "the header";
    for (TensorInfo info : sorted) {
      if (info.begin() != at) {
        throw new CheckpointException(
            String.format(
                Locale.ROOT,
                "%s: tensor %s must begin where %s ends (data offset %d), but begins at: %d",
                source,
                info.name(),
                before,
                at - dataStart,
                info.begin() - dataStart));
      }
      at = info.end();
      before = info.name();
    }
    if (at != size) {
      throw new CheckpointException(
          String.format(
              Locale.ROOT,
              "%s: must end where %s ends (byte %d), but has bytes: %d",
              source,
              before,
              at,
              size));
    }
  }

  private static String unsigned(long value) {
    return Long.toUnsignedString(value);
  }
}
