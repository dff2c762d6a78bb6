package io.github.tess2.runtime;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import io.github.tess2.CheckpointException;
import io.github.tess2.Tess2Exception;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One of the small models inside this jar, unpacked into a temporary folder for as long as it takes
 * to load: weights are mapped from a file, and then copied to the device.
 */
final class ShippedModel implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ShippedModel.class);

  private static final List<String> FILES =
      List.of(
          "config.json",
          "model.safetensors",
          "tokenizer.json",
          "tokenizer_config.json",
          "special_tokens_map.json");

  private final Kind kind;
  private final Path folder;

  /** Which model, and where it lies: a folder of resources beside this class. */
  enum Kind {
    /** What generates. */
    DIFFUSION(
        "shipped",
        "no model is given and none ships with this version: pass the folder of a TESS 2"
            + " checkpoint to DiffusionLM.builder().model(...)"),
    /** What scores its answers, in the same tokens. */
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

  private ShippedModel(Kind kind, Path folder) {
    this.kind = kind;
    this.folder = folder;
  }

  /**
   * Unpacks a model. The caller closes it, which deletes the folder.
   *
   * @param kind which one
   * @throws CheckpointException if none ships
   */
  static ShippedModel unpack(Kind kind) {
    if (!kind.isThere()) {
      throw new CheckpointException(kind.missing);
    }
    ShippedModel model;
    try {
      model = new ShippedModel(kind, Files.createTempDirectory("tess2-model"));
    } catch (IOException e) {
      throw new Tess2Exception("no temporary folder could be made for the shipped model", e);
    }
    try {
      for (String name : FILES) {
        model.copy(name);
      }
      return model;
    } catch (IOException e) {
      model.close();
      throw new Tess2Exception("the shipped model could not be unpacked into " + model.folder, e);
    }
  }

  private void copy(String name) throws IOException {
    try (InputStream in = kind.open(name)) {
      if (in == null) {
        throw new IOException("resource missing from the jar: " + kind.folder + "/" + name);
      }
      Files.copy(in, folder.resolve(name));
    }
  }

  Path folder() {
    return folder;
  }

  /**
   * Deletes the folder; where that fails, the model is loaded all the same, and it only says so.
   */
  @Override
  public void close() {
    try {
      MoreFiles.deleteRecursively(folder, RecursiveDeleteOption.ALLOW_INSECURE);
    } catch (IOException e) {
      LOG.warn("the unpacked model is deleted only when the JVM ends: {}", folder, e);
      deleteOnExit();
    }
  }

  private void deleteOnExit() {
    // The JVM deletes in the reverse order.
    folder.toFile().deleteOnExit();
    for (String name : FILES) {
      folder.resolve(name).toFile().deleteOnExit();
    }
  }
}
