package io.github.tess2.runtime.checkpoint;

import io.github.tess2.CheckpointException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Set;
import java.util.function.Function;

/**
 * A model folder: {@code config.json}, and the tensors in {@code model.safetensors} or in the
 * shards that {@code model.safetensors.index.json} names. All headers are checked when it is
 * opened; the tensors' bytes stay on the disk until they are touched.
 *
 * <p>May be used from several threads. As with {@link SafetensorsFile}, the files must not be
 * changed meanwhile.
 */
public final class Checkpoint implements AutoCloseable {
  private static final String CONFIG = "config.json";

  private final Path folder;
  private final ModelConfig config;
  private final Shards shards;

  private Checkpoint(Path folder, ModelConfig config, Shards shards) {
    this.folder = folder;
    this.config = config;
    this.shards = shards;
  }

  /**
   * Opens a folder.
   *
   * @param folder a checkpoint in the Hugging Face layout
   * @return the open checkpoint; the caller closes it
   * @throws CheckpointException where a file is missing, malformed, or of a kind this library does
   *     not compute; the message names the file, the thing in it, the rule and the value
   */
  public static Checkpoint open(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new CheckpointException(
          folder
              + ": must be a folder, but "
              + (Files.exists(folder) ? "is something else" : "does not exist"));
    }
    ModelConfig config = ModelConfig.read(folder.resolve(CONFIG));
    return new Checkpoint(folder, config, Shards.open(folder));
  }

  /** The folder. */
  public Path folder() {
    return folder;
  }

  /** What {@code config.json} says. */
  public ModelConfig config() {
    return config;
  }

  /** The names of all tensors, file by file, in the order of their bytes. */
  public Set<String> names() {
    return Collections.unmodifiableSet(shards.byTensor().keySet());
  }

  /** Whether there is a tensor of that name. */
  public boolean has(String name) {
    return shards.byTensor().containsKey(name);
  }

  /** Whether there is a learned time warp (CDCD): {@code cdf.l_t} and {@code cdf.l_u}. */
  public boolean isCdcd() {
    return has(ExpectedTensors.TIME_WARP_T) && has(ExpectedTensors.TIME_WARP_U);
  }

  /**
   * Describes a tensor.
   *
   * @param name the tensor
   * @return type, shape and place
   * @throws CheckpointException where there is no such tensor
   */
  public TensorInfo info(String name) {
    return file(name).info(name);
  }

  /**
   * Maps a tensor's bytes for as long as a function reads them: as {@link SafetensorsFile#read}.
   *
   * @param <T> what it makes of them
   * @param name the tensor
   * @param reader given a buffer that is direct, read-only and little-endian, and that must not be
   *     used once it has returned
   * @return what the function returns
   * @throws CheckpointException where there is no such tensor, or it is over 2 GiB
   * @throws IllegalStateException after {@link #close}
   */
  public <T> T read(String name, Function<ByteBuffer, T> reader) {
    return file(name).read(name, reader);
  }

  /**
   * Decodes a small tensor onto the heap: as {@link SafetensorsFile#floats}.
   *
   * @param name the tensor
   * @return its elements, row-major
   * @throws CheckpointException where there is no such tensor, or it is not F32, F16 or BF16
   * @throws IllegalStateException after {@link #close}
   */
  public float[] floats(String name) {
    return file(name).floats(name);
  }

  /**
   * Checks that the tensors are those of a diffusion model of this configuration, of the right
   * shapes, in F32, F16 or BF16.
   *
   * @return this
   * @throws CheckpointException where not, naming tensors, expected and found
   */
  public Checkpoint requireDiffusionModel() {
    if (config.isRewardModel()) {
      throw new CheckpointException(
          folder.resolve(CONFIG)
              + ": architectures must name a diffusion model, but names a reward model");
    }
    ExpectedTensors.diffusion(config).check(folder.toString(), shards.byTensor());
    return this;
  }

  /**
   * Checks that the tensors are those of a reward model: the backbone and {@code score.weight}.
   *
   * @return this
   * @throws CheckpointException where not, naming tensors, expected and found
   */
  public Checkpoint requireRewardModel() {
    if (!config.isRewardModel()) {
      throw new CheckpointException(
          folder.resolve(CONFIG)
              + ": architectures must name a reward model (…ForSequenceClassification), but is: "
              + config.purpose());
    }
    ExpectedTensors.reward(config).check(folder.toString(), shards.byTensor());
    return this;
  }

  /**
   * Checks that the tensors are those of a left-to-right language model: the backbone and its head.
   *
   * @return this
   * @throws CheckpointException where not, naming tensors, expected and found
   */
  public Checkpoint requireCausalModel() {
    ExpectedTensors.causal(config).check(folder.toString(), shards.byTensor());
    return this;
  }

  private SafetensorsFile file(String name) {
    SafetensorsFile file = shards.byTensor().get(name);
    if (file == null) {
      throw new CheckpointException(folder + ": must hold the tensor " + name + ", but does not");
    }
    return file;
  }

  /** Closes the files. Closing again does nothing. */
  @Override
  public void close() {
    shards.close();
  }
}
