package io.github.tess2.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.tess2.ComputeDevice;
import io.github.tess2.DiffusionLM;
import io.github.tess2.Precision;
import io.github.tess2.runtime.checkpoint.SafetensorsFile;
import io.github.tess2.runtime.checkpoint.SafetensorsWriter;
import io.github.tess2.runtime.checkpoint.SafetensorsWriter.TensorSpec;
import io.github.tess2.runtime.checkpoint.TensorInfo;
import io.github.tess2.runtime.checkpoint.TensorType;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** Opens models as users do, and copies golden checkpoints with one thing changed. */
public final class Checkpoints {
  /** Wide enough that a chunk has one block of 32 rows, the smallest possible chunk. */
  public static final int WIDE = 40_000;

  private static final String WEIGHTS = "model.safetensors";

  private Checkpoints() {}

  /** Opens a golden checkpoint with few steps. The caller closes it. */
  public static DiffusionLM open(String name, Precision precision) {
    return open(Goldens.checkpoint(name), precision);
  }

  /** Opens a checkpoint with few steps. The caller closes it. */
  public static DiffusionLM open(Path folder, Precision precision) {
    return DiffusionLM.builder()
        .model(folder)
        .device(ComputeDevice.CPU)
        .precision(precision)
        .steps(5)
        .length(12)
        .build();
  }

  /** Writes the golden "mistral" for longer texts, with {@link #WIDE} random rows of vocabulary. */
  public static Path wide(Path folder) throws IOException {
    SplittableRandom random = new SplittableRandom(1);
    write(
        folder,
        config ->
            config
                .replace("\"vocab_size\": 300", "\"vocab_size\": " + WIDE)
                .replace("\"max_position_embeddings\": 64", "\"max_position_embeddings\": 1024"),
        spec ->
            spec.name().equals("model.embed_tokens.weight") || spec.name().equals("lm_head.weight")
                ? new TensorSpec(spec.name(), spec.dtype(), WIDE, spec.shape()[1])
                : spec,
        (spec, data) ->
            spec.byteCount() == data.remaining()
                ? data
                : floats(spec, () -> (float) random.nextDouble(-0.5, 0.5)));
    return folder;
  }

  /**
   * Writes a model that predicts one token everywhere.
   *
   * @param tokenizer a {@code tokenizer.json} whose tokens begin with {@code <unk>, <s>, </s>}
   * @param rows V
   * @param id the token
   */
  public static Path always(Path folder, String tokenizer, int rows, int id) throws IOException {
    write(
        folder,
        config -> config.replace("\"vocab_size\": 300", "\"vocab_size\": " + rows),
        spec ->
            spec.name().equals("model.embed_tokens.weight") || spec.name().equals("lm_head.weight")
                ? new TensorSpec(spec.name(), spec.dtype(), rows, spec.shape()[1])
                : spec,
        (spec, data) -> {
          if (spec.name().equals("lm_head.weight")) {
            int width = (int) spec.shape()[1];
            ByteBuffer head = floats(spec, () -> 0f);
            for (int i = 0; i < width; i++) {
              head.putFloat((id * width + i) * Float.BYTES, 1f);
            }
            return head;
          }
          boolean adds = spec.name().endsWith("o_proj.weight") || spec.name().contains("down_proj");
          boolean time = spec.name().equals("timestep_embed.weight");
          return floats(spec, () -> adds || time ? 0f : 1f);
        });
    Files.writeString(folder.resolve("tokenizer.json"), tokenizer);
    return folder;
  }

  /** Writes the golden "mistral" with several tokens that end an answer. */
  public static Path withEnds(Path folder, int... ids) throws IOException {
    write(
        folder,
        config ->
            config.replace("\"eos_token_id\": 2", "\"eos_token_id\": " + Arrays.toString(ids)),
        UnaryOperator.identity(),
        (spec, data) -> data);
    return folder;
  }

  /** Writes the golden "mistral" with one tensor all NaN. */
  public static Path withNaN(Path folder, String tensor) throws IOException {
    write(
        folder,
        UnaryOperator.identity(),
        UnaryOperator.identity(),
        (spec, data) -> spec.name().equals(tensor) ? floats(spec, () -> Float.NaN) : data);
    return folder;
  }

  /**
   * Writes a model of one layer whose feed-forward part is too large for a buffer. This is detected
   * only when the part is loaded. The file is sparse and takes no space on the disk.
   */
  public static Path withTensorOver2Gib(Path folder) throws IOException {
    int vocabulary = 5000;
    int hidden = 512;
    int inner = 1 << 20;
    copyTokenizer(folder);
    Files.writeString(
        folder.resolve("config.json"),
        Files.readString(Goldens.checkpoint("mistral").resolve("config.json"))
            .replace("\"vocab_size\": 300", "\"vocab_size\": " + vocabulary)
            .replace("\"hidden_size\": 32", "\"hidden_size\": " + hidden)
            .replace("\"intermediate_size\": 48", "\"intermediate_size\": " + inner)
            .replace("\"num_hidden_layers\": 2", "\"num_hidden_layers\": 1"));
    String layer = "model.layers.0.";
    StringBuilder header = new StringBuilder("{");
    long size = add(header, 0, "model.embed_tokens.weight", TensorType.F32, vocabulary, hidden);
    size = add(header, size, "lm_head.weight", TensorType.F32, vocabulary, hidden);
    size = add(header, size, "timestep_embed.weight", TensorType.F32, hidden, 1);
    size = add(header, size, "model.norm.weight", TensorType.F32, hidden);
    size = add(header, size, layer + "input_layernorm.weight", TensorType.F32, hidden);
    size = add(header, size, layer + "post_attention_layernorm.weight", TensorType.F32, hidden);
    size = add(header, size, layer + "self_attn.q_proj.weight", TensorType.F32, 32, hidden);
    size = add(header, size, layer + "self_attn.k_proj.weight", TensorType.F32, 16, hidden);
    size = add(header, size, layer + "self_attn.v_proj.weight", TensorType.F32, 16, hidden);
    size = add(header, size, layer + "self_attn.o_proj.weight", TensorType.F32, hidden, 32);
    size = add(header, size, layer + "mlp.gate_proj.weight", TensorType.F32, inner, hidden);
    size = add(header, size, layer + "mlp.up_proj.weight", TensorType.BF16, inner, hidden);
    size = add(header, size, layer + "mlp.down_proj.weight", TensorType.BF16, hidden, inner);
    byte[] json = (header.substring(0, header.length() - 1) + "}").getBytes(UTF_8);
    try (RandomAccessFile file = new RandomAccessFile(folder.resolve(WEIGHTS).toFile(), "rw")) {
      file.write(
          ByteBuffer.allocate(Long.BYTES)
              .order(ByteOrder.LITTLE_ENDIAN)
              .putLong(json.length)
              .array());
      file.write(json);
      file.setLength(Long.BYTES + json.length + size);
    }
    return folder;
  }

  /** Appends a tensor to a header. Returns the offset of the next one. */
  private static long add(
      StringBuilder header, long begin, String name, TensorType dtype, long... shape) {
    long end = begin + dtype.bytes() * Arrays.stream(shape).reduce(1, (a, b) -> a * b);
    header.append(
        "\"%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[%d,%d]},"
            .formatted(name, dtype, Arrays.toString(shape), begin, end));
    return end;
  }

  private static void copyTokenizer(Path folder) throws IOException {
    for (String name :
        List.of("tokenizer.json", "tokenizer_config.json", "special_tokens_map.json")) {
      Files.copy(Goldens.checkpoint("mistral").resolve(name), folder.resolve(name));
    }
  }

  private static void write(
      Path folder,
      UnaryOperator<String> config,
      UnaryOperator<TensorSpec> specs,
      BiFunction<TensorSpec, ByteBuffer, ByteBuffer> data)
      throws IOException {
    Path golden = Goldens.checkpoint("mistral");
    copyTokenizer(folder);
    Files.writeString(
        folder.resolve("config.json"),
        config.apply(Files.readString(golden.resolve("config.json"))));
    try (SafetensorsFile file = SafetensorsFile.open(golden.resolve(WEIGHTS))) {
      SafetensorsWriter.write(
          folder.resolve(WEIGHTS),
          Map.of("format", "pt"),
          file.tensors().values().stream().map(Checkpoints::spec).map(specs).toList(),
          spec -> data.apply(spec, bytes(file, spec.name())));
    }
  }

  /** Copies the files of a folder to an existing folder, and returns that. */
  public static Path copy(Path folder, Path to) {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Files.copy(file, to.resolve(file.getFileName().toString()));
      }
      return to;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes all tensors of a file except one to another file, which may be the same. */
  public static void copyWithout(String tensor, Path file, Path to) {
    try (SafetensorsFile all = SafetensorsFile.open(file)) {
      List<TensorSpec> specs =
          all.tensors().values().stream()
              .filter(info -> !info.name().equals(tensor))
              .map(info -> new TensorSpec(info.name(), info.dtype(), info.shape()))
              .toList();
      SafetensorsWriter.write(to, Map.of(), specs, spec -> bytes(all, spec.name()));
    }
  }

  /** A tensor's bytes on the heap, little-endian. */
  public static ByteBuffer bytes(SafetensorsFile file, String tensor) {
    return file.read(
        tensor, data -> ByteBuffer.allocate(data.remaining()).order(data.order()).put(data).flip());
  }

  private static TensorSpec spec(TensorInfo info) {
    if (info.dtype() != TensorType.F32) {
      throw new IllegalStateException("weights must be F32, but are: " + info.dtype());
    }
    return new TensorSpec(info.name(), info.dtype(), info.shape());
  }

  private static ByteBuffer floats(TensorSpec spec, Supplier<Float> values) {
    ByteBuffer data = ByteBuffer.allocate((int) spec.byteCount()).order(ByteOrder.LITTLE_ENDIAN);
    while (data.hasRemaining()) {
      data.putFloat(values.get());
    }
    return data.flip();
  }
}
