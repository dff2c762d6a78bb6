package io.github.tess2.examples.benchmark;

import io.github.tess2.examples.tasks.TokenizerBuilder;
import io.github.tess2.runtime.checkpoint.ModelConfig;
import io.github.tess2.runtime.checkpoint.SafetensorsWriter;
import io.github.tess2.runtime.checkpoint.SafetensorsWriter.TensorSpec;
import io.github.tess2.runtime.checkpoint.TensorType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Writes a checkpoint of random weights in the real layout, for measurements. Time and memory do
 * not depend on the values of weights. Its tokenizer has one token for each byte; its vocabulary
 * has many more rows.
 */
final class RandomCheckpoint {
  /** Standard deviation of the weights, as in the initialisation of models. */
  private static final double DEVIATION = 0.02;

  private static final short BF16_ONE = 0x3f80;

  private final SplittableRandom random;
  private ByteBuffer buffer = ByteBuffer.allocate(0);

  private RandomCheckpoint(long seed) {
    this.random = new SplittableRandom(seed);
  }

  /**
   * Writes a checkpoint in bf16.
   *
   * @param folder the folder to write to; created if it is missing; existing files are replaced
   * @param config the checkpoint's configuration, with a separate head
   * @param seed the seed of the weights
   * @throws IOException if a file cannot be written
   */
  static void write(Path folder, ModelConfig config, long seed) throws IOException {
    Files.createDirectories(folder);
    new TokenizerBuilder(TokenizerBuilder.SMALLEST).write(folder);
    RandomCheckpoint checkpoint = new RandomCheckpoint(seed);
    SafetensorsWriter.write(
        folder.resolve("model.safetensors"),
        Map.of("format", "pt"),
        specs(config),
        checkpoint::weights);
    // Written last, because a folder with a configuration counts as complete.
    Files.writeString(folder.resolve("config.json"), config.toJson());
  }

  private static List<TensorSpec> specs(ModelConfig config) {
    long hidden = config.hiddenSize();
    long inner = config.intermediateSize();
    long queries = (long) config.heads() * config.headDimension();
    long keys = (long) config.keyValueHeads() * config.headDimension();
    List<TensorSpec> specs = new ArrayList<>();
    specs.add(spec("model.embed_tokens", config.vocabularySize(), hidden));
    for (int i = 0; i < config.layers(); i++) {
      String layer = "model.layers." + i + ".";
      specs.add(spec(layer + "input_layernorm", hidden));
      specs.add(spec(layer + "self_attn.q_proj", queries, hidden));
      specs.add(spec(layer + "self_attn.k_proj", keys, hidden));
      specs.add(spec(layer + "self_attn.v_proj", keys, hidden));
      specs.add(spec(layer + "self_attn.o_proj", hidden, queries));
      specs.add(spec(layer + "post_attention_layernorm", hidden));
      specs.add(spec(layer + "mlp.gate_proj", inner, hidden));
      specs.add(spec(layer + "mlp.up_proj", inner, hidden));
      specs.add(spec(layer + "mlp.down_proj", hidden, inner));
    }
    specs.add(spec("model.norm", hidden));
    if (config.purpose() == ModelConfig.Purpose.REWARD) {
      specs.add(spec("score", 1, hidden));
    } else {
      specs.add(spec("lm_head", config.vocabularySize(), hidden));
      specs.add(spec("timestep_embed", hidden, 1));
    }
    return specs;
  }

  private static TensorSpec spec(String module, long... shape) {
    return new TensorSpec(module + ".weight", TensorType.BF16, shape);
  }

  /**
   * Ones for norms, which are the only vectors; for others, values from a uniform distribution
   * around zero.
   */
  private ByteBuffer weights(TensorSpec spec) {
    int bytes = Math.toIntExact(spec.byteCount());
    if (buffer.capacity() < bytes) {
      buffer = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
    buffer.clear();
    boolean norm = spec.shape().length == 1;
    double scale = DEVIATION * Math.sqrt(12);
    while (buffer.position() < bytes) {
      buffer.putShort(norm ? BF16_ONE : bf16((float) ((random.nextDouble() - 0.5) * scale)));
    }
    return buffer.flip();
  }

  /** The upper half of a float, truncated. Random weights need no exact rounding. */
  private static short bf16(float value) {
    return (short) (Float.floatToRawIntBits(value) >>> Short.SIZE);
  }
}
