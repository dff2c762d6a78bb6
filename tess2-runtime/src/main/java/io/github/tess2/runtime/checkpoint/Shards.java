package io.github.tess2.runtime.checkpoint;

import com.google.gson.JsonElement;
import io.github.tess2.CheckpointException;
import io.github.tess2.runtime.engine.Closing;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A checkpoint's open safetensors files: {@code model.safetensors} if it exists, or else those that
 * {@code model.safetensors.index.json} names. Every tensor is in exactly one file, the one that the
 * index names.
 */
final class Shards implements AutoCloseable {
  private static final String SINGLE = "model.safetensors";
  private static final String INDEX = "model.safetensors.index.json";
  private static final long MAX_INDEX_BYTES = 100_000_000;

  private final List<SafetensorsFile> files = new ArrayList<>();
  private final Map<String, SafetensorsFile> byTensor = new LinkedHashMap<>();

  private Shards() {}

  /** Opens the files of a folder. If that fails, none stays open. */
  static Shards open(Path folder) {
    Shards shards = new Shards();
    try {
      shards.openAll(folder);
      return shards;
    } catch (RuntimeException e) {
      Closing.after(e, shards::close);
      throw e;
    }
  }

  /** The file that contains each tensor, in the order of the files and of the tensors in them. */
  Map<String, SafetensorsFile> byTensor() {
    return byTensor;
  }

  @Override
  public void close() {
    Closing.all(files.stream().map(file -> (Runnable) file::close).toList());
  }

  /** Whether a folder has such files. */
  static boolean areIn(Path folder) {
    return StrictJson.exists(folder.resolve(SINGLE)) || StrictJson.exists(folder.resolve(INDEX));
  }

  private void openAll(Path folder) {
    Path single = folder.resolve(SINGLE);
    Path index = folder.resolve(INDEX);
    if (StrictJson.exists(single)) {
      open(single, "");
    } else if (StrictJson.exists(index)) {
      openIndexed(folder, index);
    } else {
      String wanted = SINGLE + " or " + INDEX;
      throw PyTorchFiles.found(folder, wanted)
          .orElseGet(
              () ->
                  new CheckpointException(
                      folder + ": must hold " + wanted + ", but holds neither"));
    }
  }

  private void openIndexed(Path folder, Path index) {
    JsonFields map =
        new JsonFields(index.toString(), StrictJson.read(index, MAX_INDEX_BYTES))
            .object("weight_map")
            .orElseThrow(
                () ->
                    new CheckpointException(
                        index + ": weight_map must be present, but is missing"));
    Map<String, Path> named = new LinkedHashMap<>();
    for (Map.Entry<String, JsonElement> entry : map.json().entrySet()) {
      named.put(entry.getKey(), shard(folder, map, entry.getKey()));
    }
    if (named.isEmpty()) {
      throw new CheckpointException(index + ": weight_map must name tensors, but is: {}");
    }
    named.values().stream().distinct().sorted().forEach(file -> open(file, ", named in " + index));
    requireAsNamed(index, named);
  }

  private static Path shard(Path folder, JsonFields map, String tensor) {
    String name = map.text(tensor).orElseThrow(() -> map.wrong(tensor, "must be a file name"));
    try {
      Path root = folder.normalize();
      Path file = folder.resolve(name).normalize();
      // Only the name matters: a link out of the folder is fine, because download caches consist of
      // them.
      if (file.startsWith(root) && !file.equals(root) && !Path.of(name).isAbsolute()) {
        return file;
      }
    } catch (InvalidPathException e) {
      throw map.wrong(tensor, "must be a file name");
    }
    throw map.wrong(tensor, "must be a file inside the folder");
  }

  private void open(Path path, String named) {
    if (!StrictJson.exists(path)) {
      throw new CheckpointException(path + ": must exist" + named + ", but does not");
    }
    SafetensorsFile file = SafetensorsFile.open(path);
    files.add(file);
    for (String tensor : file.tensors().keySet()) {
      SafetensorsFile other = byTensor.putIfAbsent(tensor, file);
      if (other != null) {
        throw new CheckpointException(
            String.format(
                Locale.ROOT,
                "%s: tensor %s must be in one file, but is also in: %s",
                path,
                tensor,
                other.path()));
      }
    }
  }

  private void requireAsNamed(Path index, Map<String, Path> named) {
    named.forEach(
        (tensor, path) -> {
          SafetensorsFile file = byTensor.get(tensor);
          if (file == null || !file.path().equals(path)) {
            throw new CheckpointException(
                String.format(
                    Locale.ROOT,
                    "%s: tensor %s must be in %s, as the index says, but is in: %s",
                    index,
                    tensor,
                    path.getFileName(),
                    file == null ? "no file" : file.path()));
          }
        });
    for (String tensor : byTensor.keySet()) {
      if (!named.containsKey(tensor)) {
        throw new CheckpointException(
            String.format(
                Locale.ROOT,
                "%s: weight_map must name the tensor %s, which is in %s, but does not",
                index,
                tensor,
                byTensor.get(tensor).path()));
      }
    }
  }
}
