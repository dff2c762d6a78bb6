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

/**
 * The small model inside this jar, unpacked into a temporary folder for as long as it takes to
 * load: weights are mapped from a file, and then copied to the device.
 */
final class ShippedModel implements AutoCloseable {
  private static final List<String> FILES =
      List.of(
          "config.json",
          "model.safetensors",
          "tokenizer.json",
          "tokenizer_config.json",
          "special_tokens_map.json");

  private final Path folder;

  private ShippedModel(Path folder) {
    this.folder = folder;
  }

  /**
   * Unpacks the model. The caller closes it, which deletes the folder.
   *
   * @throws CheckpointException if none ships
   */
  static ShippedModel unpack() {
    if (ShippedModel.class.getResource("shipped/" + FILES.get(0)) == null) {
      throw new CheckpointException(
          "no model is given and none ships with this version: pass the folder of a TESS 2"
              + " checkpoint to DiffusionLM.builder().model(...)");
    }
    ShippedModel model;
    try {
      model = new ShippedModel(Files.createTempDirectory("tess2-model"));
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
    try (InputStream in = ShippedModel.class.getResourceAsStream("shipped/" + name)) {
      if (in == null) {
        throw new IOException("resource missing from the jar: shipped/" + name);
      }
      Files.copy(in, folder.resolve(name));
    }
  }

  Path folder() {
    return folder;
  }

  @Override
  public void close() {
    try {
      MoreFiles.deleteRecursively(folder, RecursiveDeleteOption.ALLOW_INSECURE);
    } catch (IOException e) {
      throw new Tess2Exception("the unpacked model could not be deleted: " + folder, e);
    }
  }
}
