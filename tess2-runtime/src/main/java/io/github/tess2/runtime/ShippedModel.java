package io.github.tess2.runtime;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import io.github.tess2.CheckpointException;
import io.github.tess2.Tess2Exception;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One of the small models inside this jar, copied into an in-memory file system while it loads:
 * there may be no writable folder on disk.
 */
final class ShippedModel implements AutoCloseable {
  private static final List<String> FILES =
      List.of(
          "config.json",
          "model.safetensors",
          "tokenizer.json",
          "tokenizer_config.json",
          "special_tokens_map.json");

  private final FileSystem memory;
  private final Path folder;

  /** Which model, and the resource folder next to this class that contains it. */
  enum Kind {
    /** The model that generates. */
    DIFFUSION(
        "shipped",
        "no model is given and none ships with this version: pass the folder of a TESS 2"
            + " checkpoint to DiffusionLM.builder().model(...)"),
    /** The reward model that scores its answers; it uses the same tokens. */
    REWARD(
        "shipped-reward",
        "no reward model is given and none ships with this version: pass the folder of a reward"
            + " checkpoint, such as reward-model:path=FOLDER");

    private final String folder;
    private final String missing;

    Kind(String folder, String missing) {
      this.folder = folder;
      this.missing = missing;
    }

    private @Nullable InputStream open(String file) {
      return ShippedModel.class.getResourceAsStream(folder + "/" + file);
    }

    private boolean isThere() {
      return ShippedModel.class.getResource(folder + "/" + FILES.get(0)) != null;
    }
  }

  private ShippedModel(FileSystem memory, Path folder) {
    this.memory = memory;
    this.folder = folder;
  }

  /**
   * Opens a model. The caller closes it.
   *
   * @param kind which model
   * @throws CheckpointException if none ships
   */
  static ShippedModel open(Kind kind) {
    if (!kind.isThere()) {
      throw new CheckpointException(kind.missing);
    }
    FileSystem memory = Jimfs.newFileSystem(Configuration.unix());
    try {
      Path folder = Files.createDirectory(memory.getPath("/", kind.folder));
      for (String name : FILES) {
        copy(kind, name, folder.resolve(name));
      }
      return new ShippedModel(memory, folder);
    } catch (IOException e) {
      throw new Tess2Exception("the shipped model could not be read from the library's jar", e);
    }
  }

  private static void copy(Kind kind, String name, Path file) throws IOException {
    try (InputStream in = kind.open(name)) {
      if (in == null) {
        throw new IOException("resource missing from the jar: " + file);
      }
      Files.copy(in, file);
    }
  }

  /** The model's folder, in an in-memory file system. */
  Path folder() {
    return folder;
  }

  /** Frees the memory. */
  @Override
  public void close() {
    try {
      memory.close();
    } catch (IOException e) {
      throw new UncheckedIOException("the in-memory file system could not be closed", e);
    }
  }
}
