package io.github.tess2.runtime.checkpoint;

import com.google.common.primitives.ImmutableIntArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** Opens the committed checkpoints and goldens, and makes copies of them with one thing changed. */
final class Fixtures {
  private Fixtures() {}

  /** A committed checkpoint's folder. */
  static Path checkpoint(String name) {
    return resource("/golden/checkpoints/" + name);
  }

  /** A tokenizer whose ids have no gaps, for the native library. */
  static NativeForm form(JsonObject json) {
    return new NativeForm(json.toString(), ImmutableIntArray.copyOf(IntStream.range(0, 1 << 17)));
  }

  static Path resource(String name) {
    try {
      return Path.of(Fixtures.class.getResource(name).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  static JsonElement json(Path file) {
    try {
      return JsonParser.parseString(Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Changes a JSON object file in place. */
  static Path edit(Path file, Consumer<JsonObject> change) {
    JsonObject json = json(file).getAsJsonObject();
    change.accept(json);
    return write(file, json.toString().getBytes(StandardCharsets.UTF_8));
  }

  static Path write(Path file, byte[] bytes) {
    try {
      return Files.write(file, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The bytes of a safetensors file with any header and so many zero bytes of data. */
  static byte[] safetensors(String header, int dataBytes) {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(8 + json.length + dataBytes)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(json.length)
        .put(json)
        .array();
  }

  /** Rewrites the header of a safetensors file in place. Keeps the data. */
  static void editHeader(Path file, Consumer<JsonObject> change) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    int length = (int) ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
    JsonObject header =
        JsonParser.parseString(new String(bytes, 8, length, StandardCharsets.UTF_8))
            .getAsJsonObject();
    change.accept(header);
    int dataBytes = bytes.length - 8 - length;
    byte[] edited = safetensors(header.toString(), dataBytes);
    System.arraycopy(bytes, 8 + length, edited, edited.length - dataBytes, dataBytes);
    Files.write(file, edited);
  }

  /** The same configuration with a different V. */
  static ModelConfig withVocabulary(ModelConfig config, int size) {
    return ModelConfig.builder(config.family())
        .purpose(config.purpose())
        .vocabularySize(size)
        .hiddenSize(config.hiddenSize())
        .intermediateSize(config.intermediateSize())
        .layers(config.layers())
        .heads(config.heads())
        .keyValueHeads(config.keyValueHeads())
        .headDimension(config.headDimension())
        .normEpsilon(config.normEpsilon())
        .maxPositions(config.maxPositions())
        .ropeTheta(config.ropeTheta())
        .ropeScaling(config.ropeScaling())
        .slidingWindow(config.slidingWindow())
        .tiedHead(config.tiedHead())
        .bosId(config.bosId())
        .eosIds(config.eosIds())
        .padId(config.padId())
        .diffusion(config.diffusion())
        .attentionBias(config.attentionBias())
        .masked(config.masked())
        .build();
  }

  /** Adds an F32 tensor of zeros at the end of a safetensors file. */
  static void append(Path file, String name, String shape, int byteCount) throws IOException {
    try (SafetensorsFile open = SafetensorsFile.open(file)) {
      long at = open.tensors().values().stream().mapToLong(TensorInfo::byteCount).sum();
      String entry =
          String.format(
              "{\"dtype\": \"F32\", \"shape\": %s, \"data_offsets\": [%d, %d]}",
              shape, at, at + byteCount);
      editHeader(file, header -> header.add(name, JsonParser.parseString(entry)));
    }
    Files.write(file, new byte[byteCount], StandardOpenOption.APPEND);
  }

  static List<String> checkpoints() {
    return List.of("mistral", "llama", "llama-linear", "mistral-window", "cdcd", "reward");
  }
}
