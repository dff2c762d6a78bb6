package io.github.tess2.runtime.checkpoint;

import io.github.tess2.CheckpointException;
import io.github.tess2.runtime.checkpoint.ModelConfig.Purpose;
import io.github.tess2.runtime.engine.Closing;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The open files of a model. Usually they are all in one folder. If PEFT saved only an adapter, its
 * folder names another one with the model it was trained on, and everything that it lacks is read
 * from there.
 */
final class ModelFiles implements AutoCloseable {
  static final String CONFIG = "config.json";

  private static final String ADAPTER = "adapter_model.safetensors";
  private static final String DECODER = "model.";
  private static final String HEAD = "lm_head.weight";
  private static final String EMBEDDING = "model.embed_tokens.weight";

  private final ModelConfig config;
  private final Path tokenizerFolder;
  private final Shards shards;
  private final @Nullable SafetensorsFile adapterFile;
  private final Map<String, StoredTensor> tensors;

  private ModelFiles(
      ModelConfig config,
      Path tokenizerFolder,
      Shards shards,
      @Nullable SafetensorsFile adapterFile,
      Map<String, StoredTensor> tensors) {
    this.config = config;
    this.tokenizerFolder = tokenizerFolder;
    this.shards = shards;
    this.adapterFile = adapterFile;
    this.tensors = tensors;
  }

  /** Opens the files of a folder. If that fails, none stays open. */
  static ModelFiles open(Path folder) {
    Optional<AdapterConfig> adapter = AdapterConfig.find(folder);
    boolean apart = adapter.isPresent() && !Shards.areIn(folder);
    boolean adapterIsFile = StrictJson.exists(folder.resolve(ADAPTER));
    if (apart && !adapterIsFile) {
      throw PyTorchFiles.found(folder, ADAPTER)
          .orElseGet(
              () ->
                  new CheckpointException(
                      folder + ": must hold " + ADAPTER + " or the model's weights, but does not"));
    }
    if (adapterIsFile && adapter.isEmpty()) {
      throw new CheckpointException(
          folder + ": must hold " + AdapterConfig.FILE + " for " + ADAPTER + ", but does not");
    }
    if (adapterIsFile) {
      adapter.orElseThrow().requireBaseUnchanged();
    }
    Path base = apart ? adapter.orElseThrow().base(folder) : folder;
    ModelConfig config = config(folder, base, adapter);
    Shards shards = Shards.open(base);
    SafetensorsFile adapterFile = null;
    try {
      adapterFile = adapterIsFile ? SafetensorsFile.open(folder.resolve(ADAPTER)) : null;
      Map<String, StoredTensor> tensors =
          ModelTensors.of(folder.toString(), shards, Optional.ofNullable(adapterFile), adapter);
      if (apart && config.isRewardModel()) {
        // The base was a language model. The score head replaced its language model head.
        tensors
            .entrySet()
            .removeIf(e -> !e.getKey().startsWith(DECODER) && !e.getValue().trained());
      }
      requireOneEmbedding(folder, config, tensors);
      return new ModelFiles(config, tokenizers(folder, base), shards, adapterFile, tensors);
    } catch (RuntimeException | Error e) {
      Closing.after(e, shards::close, adapterFile == null ? null : adapterFile::close);
      throw e;
    }
  }

  private static ModelConfig config(Path folder, Path base, Optional<AdapterConfig> adapter) {
    Path own = folder.resolve(CONFIG);
    if (base.equals(folder) || StrictJson.exists(own)) {
      return ModelConfig.read(own);
    }
    ModelConfig config = ModelConfig.read(base.resolve(CONFIG));
    return adapter.orElseThrow().isReward() ? config.withPurpose(Purpose.REWARD) : config;
  }

  private static Path tokenizers(Path folder, Path base) {
    boolean own =
        List.of("tokenizer.json", "tokenizer.model", VocabularyFolder.VOCABULARY).stream()
            .map(folder::resolve)
            .anyMatch(StrictJson::exists);
    return own ? folder : base;
  }

  /** PEFT changes either the embedding or the head, but not the other one that is tied to it. */
  private static void requireOneEmbedding(
      Path folder, ModelConfig config, Map<String, StoredTensor> tensors) {
    if (!config.tiedHead()) {
      return;
    }
    for (String canonical : List.of(EMBEDDING, HEAD)) {
      String name = config.family().stored(canonical);
      StoredTensor tensor = tensors.get(name);
      if (tensor != null && tensor.trained()) {
        throw new CheckpointException(
            folder
                + ": tie_word_embeddings must be false if an adapter changes "
                + name
                + ", but is: true");
      }
    }
  }

  ModelConfig config() {
    return config;
  }

  /** The folder that contains the model's tokenizer. */
  Path tokenizerFolder() {
    return tokenizerFolder;
  }

  /**
   * The model's tensors by their plain names, file by file, in the order in which they are stored.
   */
  Map<String, StoredTensor> tensors() {
    return tensors;
  }

  @Override
  public void close() {
    Closing.all(shards::close, adapterFile == null ? null : adapterFile::close);
  }
}
