package io.github.tess2.runtime.checkpoint;

import io.github.tess2.CheckpointException;
import io.github.tess2.runtime.files.FileProblem;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Set;

/**
 * A model folder: {@code config.json}, and the tensors in {@code model.safetensors} or in the
 * shards that {@code model.safetensors.index.json} names. All headers are checked when it is
 * opened; the bytes of tensors stay on disk until they are accessed.
 *
 * <p>The folder may also contain low-rank adapters that PEFT saved beside the weights, or only an
 * adapter ({@code adapter_model.safetensors}), for which {@code adapter_config.json} names the
 * model's folder. In both cases the tensors have the model's own names, and {@link
 * StoredTensor#lowRank} is what an adapter adds to one.
 *
 * <p>May be used from several threads. As with {@link SafetensorsFile}, the files must not be
 * changed while it is open.
 */
public final class Checkpoint implements AutoCloseable {
  private final Path folder;
  private final ModelConfig config;
  private final ModelFiles files;

  private Checkpoint(Path folder, ModelFiles files) {
    this.folder = folder;
    this.config = files.config();
    this.files = files;
  }

  /**
   * Opens a folder.
   *
   * @param folder a checkpoint in the Hugging Face layout
   * @return the open checkpoint; the caller closes it
   * @throws CheckpointException if a file is missing, malformed, or of a kind that this library
   *     does not support; the message names the file, the part of it, the rule and the value
   */
  public static Checkpoint open(Path folder) {
    FileProblem.ofFolder(folder)
        .ifPresent(
            problem -> {
              throw new CheckpointException(folder + ": " + problem);
            });
    return new Checkpoint(folder, ModelFiles.open(folder));
  }

  /** The folder. */
  public Path folder() {
    return folder;
  }

  /**
   * The folder that contains the model's tokenizer: this one, or that of an adapter's base model.
   */
  public Path tokenizerFolder() {
    return files.tokenizerFolder();
  }

  /** The content of {@code config.json}. */
  public ModelConfig config() {
    return config;
  }

  /** The names of all tensors, file by file, in the order in which they are stored. */
  public Set<String> names() {
    return Collections.unmodifiableSet(files.tensors().keySet());
  }

  /** Whether there is a tensor with this name. */
  public boolean has(String name) {
    return files.tensors().containsKey(name);
  }

  /** Whether there is a learned time warp (CDCD): {@code cdf.l_t} and {@code cdf.l_u}. */
  public boolean isCdcd() {
    return has(ExpectedTensors.TIME_WARP_T) && has(ExpectedTensors.TIME_WARP_U);
  }

  /**
   * Describes a tensor.
   *
   * @param name the tensor
   * @return its type, shape and place in the file
   * @throws CheckpointException if there is no such tensor
   */
  public TensorInfo info(String name) {
    return tensor(name).info();
  }

  /**
   * Finds a tensor.
   *
   * @param name the tensor's name in the files, or its name in Llama's checkpoints ({@link
   *     ModelFamily#stored})
   * @return the place of the tensor, and what an adapter adds to it
   * @throws CheckpointException if there is no such tensor
   */
  public StoredTensor tensor(String name) {
    String stored = config.family().stored(name);
    StoredTensor tensor = files.tensors().get(stored);
    if (tensor == null) {
      throw new CheckpointException(folder + ": must hold the tensor " + stored + ", but does not");
    }
    return tensor;
  }

  /** The number of tensors that an adapter adds to. */
  public int adapted() {
    return (int) files.tensors().values().stream().filter(t -> t.lowRank().isPresent()).count();
  }

  /**
   * Decodes a small tensor onto the heap, like {@link SafetensorsFile#floats}.
   *
   * @param name the tensor
   * @return its elements, row-major
   * @throws CheckpointException if there is no such tensor, it is not F32, F16 or BF16, or an
   *     adapter adds to it
   * @throws IllegalStateException after {@link #close}
   */
  public float[] floats(String name) {
    StoredTensor tensor = tensor(name);
    if (tensor.lowRank().isPresent()) {
      throw new CheckpointException(folder + ": tensor " + name + " must not have an adapter");
    }
    return tensor.file().floats(tensor.info().name());
  }

  /**
   * Checks that the tensors are those of a diffusion model with this configuration, with the right
   * shapes, in F32, F16 or BF16.
   *
   * @return this
   * @throws CheckpointException if they are not; the message names tensors, what was expected and
   *     what was found
   */
  public Checkpoint requireDiffusionModel() {
    if (config.isRewardModel()) {
      throw new CheckpointException(
          folder.resolve(ModelFiles.CONFIG)
              + ": architectures must name a diffusion model, but names a reward model");
    }
    ExpectedTensors expected =
        config.masked().isPresent()
            ? ExpectedTensors.masked(config)
            : ExpectedTensors.diffusion(config);
    expected.check(folder.toString(), files.tensors());
    return this;
  }

  /**
   * Checks that the tensors are those of a reward model: the backbone and {@code score.weight}.
   *
   * @return this
   * @throws CheckpointException if they are not; the message names tensors, what was expected and
   *     what was found
   */
  public Checkpoint requireRewardModel() {
    if (!config.isRewardModel()) {
      throw new CheckpointException(
          folder.resolve(ModelFiles.CONFIG)
              + ": architectures must name a reward model (…ForSequenceClassification), but is: "
              + config.purpose());
    }
    ExpectedTensors.reward(config).check(folder.toString(), files.tensors());
    return this;
  }

  /**
   * Checks that the tensors are those of a left-to-right language model: the backbone and its head.
   *
   * @return this
   * @throws CheckpointException if they are not; the message names tensors, what was expected and
   *     what was found
   */
  public Checkpoint requireCausalModel() {
    if (config.masked().isPresent()) {
      throw new CheckpointException(
          folder.resolve(ModelFiles.CONFIG)
              + ": model_type must be that of a left-to-right language model, but is: "
              + config.family().modelType());
    }
    ExpectedTensors.causal(config).check(folder.toString(), files.tensors());
    return this;
  }

  /** Closes the files. Closing again does nothing. */
  @Override
  public void close() {
    files.close();
  }
}
