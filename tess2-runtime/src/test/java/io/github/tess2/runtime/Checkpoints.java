package io.github.tess2.runtime;

import io.github.tess2.ComputeDevice;
import io.github.tess2.DiffusionLM;
import io.github.tess2.Precision;
import io.github.tess2.runtime.checkpoint.SafetensorsFile;
import io.github.tess2.runtime.checkpoint.SafetensorsWriter;
import io.github.tess2.runtime.checkpoint.SafetensorsWriter.TensorSpec;
import io.github.tess2.runtime.checkpoint.TensorInfo;
import io.github.tess2.runtime.checkpoint.TensorType;
import java.io.IOException;
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

/** Models opened as a user opens them, and copies of a golden checkpoint with one thing changed. */
public final class Checkpoints {
  /** So wide that a chunk has one block of 32 rows, the fewest there can be. */
  public static final int WIDE = 40_000;

  private static final String WEIGHTS = "model.safetensors";

  private Checkpoints() {}

  /** A golden checkpoint that takes few steps; the caller closes it. */
  public static DiffusionLM open(String name, Precision precision) {
    return open(Goldens.checkpoint(name), precision);
  }

  /** A checkpoint that takes few steps; the caller closes it. */
  public static DiffusionLM open(Path folder, Precision precision) {
    return DiffusionLM.builder()
        .model(folder)
        .device(ComputeDevice.CPU)
        .precision(precision)
        .steps(5)
        .length(12)
        .build();
  }

  /**
   * Writes the golden "mistral", for longer texts, with a vocabulary of {@link #WIDE} random rows.
   */
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

  private static void write(
      Path folder,
      UnaryOperator<String> config,
      UnaryOperator<TensorSpec> specs,
      BiFunction<TensorSpec, ByteBuffer, ByteBuffer> data)
      throws IOException {
    Path golden = Goldens.checkpoint("mistral");
    for (String name :
        List.of("tokenizer.json", "tokenizer_config.json", "special_tokens_map.json")) {
      Files.copy(golden.resolve(name), folder.resolve(name));
    }
    Files.writeString(
        folder.resolve("config.json"),
        config.apply(Files.readString(golden.resolve("config.json"))));
    try (SafetensorsFile file = SafetensorsFile.open(golden.resolve(WEIGHTS))) {
      SafetensorsWriter.write(
          folder.resolve(WEIGHTS),
          Map.of("format", "pt"),
          file.tensors().values().stream().map(Checkpoints::spec).map(specs).toList(),
          spec -> data.apply(spec, file.data(spec.name())));
    }
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
