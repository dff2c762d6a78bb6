package io.github.tess2.runtime.checkpoint;

import io.github.tess2.CheckpointException;
import io.github.tess2.runtime.files.FileProblem;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Set;

/**
 * A model folder: {@code config.json}, and the tensors in {@code model.safetensors} or in the
 * shards that {@code model.safetensors.index.json} names. All headers are checked when it is
 * opened; the tensors' bytes stay on the disk until they are touched.
 *
 * <p>Where PEFT has put low-rank adapters beside the weights, or the folder holds an adapter alone
 * ({@code adapter_model.safetensors}) and {@code adapter_config.json} names the model's, the
 * tensors have the model's own names all the same; {@link StoredTensor#lowRank} is what an adapter
 * adds to one.
 *
 * <p>May be used from several threads. As with {@link SafetensorsFile}, the files must not be
 * changed meanwhile.
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
   * @throws CheckpointException if a file is missing, malformed, or of a kind this library does
   *     not compute; the message names the file, the thing in it, the rule and the value
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

  /** The folder whose tokenizer is the model's: this one, or that of an adapter's base model. */
  public Path tokenizerFolder() {
    return files.tokenizerFolder();
  }

  /** What {@code config.json} says. */
  public ModelConfig config() {
    return config;
  }

  /** The names of all tensors, file by file, in the order of their bytes. */
  public Set<String> names() {
    return Collections.unmodifiableSet(files.tensors().keySet());
  }

  /** Whether there is a tensor of that name. */
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
   * @return type, shape and place
   * @throws CheckpointException if there is no such tensor
   */
  public TensorInfo info(String name) {
    return tensor(name).info();
  }

  /**
   * Finds a tensor.
   *
   * @param name the tensor, as the files call it or as Llama's are called ({@link
   *     ModelFamily#stored})
   * @return where it is, and what an adapter adds to it
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

  /** How many tensors an adapter adds to. */
  public int adapted() {
    return (int) files.tensors().values().stream().filter(t -> t.lowRank().isPresent()).count();
  }

  /**
   * Decodes a small tensor onto the heap: as {@link SafetensorsFile#floats}.
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
   * Checks that the tensors are those of a diffusion model of this configuration, of the right
   * shapes, in F32, F16 or BF16.
   *
   * @return this
   * @throws CheckpointException if not, naming tensors, expected and found
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
   * @throws CheckpointException if not, naming tensors, expected and found
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
   * @throws CheckpointException if not, naming tensors, expected and found
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
