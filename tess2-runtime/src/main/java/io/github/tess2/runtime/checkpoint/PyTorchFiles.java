package io.github.tess2.runtime.checkpoint;

import io.github.tess2.CheckpointException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Weights in PyTorch's own format, {@code pytorch_model.bin}: pickles, which are programs, so that
 * reading one means to run what it says. They are not read; the message gives the command that
 * converts them.
 */
final class PyTorchFiles {
  private static final Pattern WEIGHTS =
      Pattern.compile("(pytorch|adapter)_model.*\\.bin(\\.index\\.json)?");

  private static final Pattern PLAIN_PATH = Pattern.compile("[\\w./+@%:=-]+");

  /**
   * Shard by shard, so that it takes the memory of one; clones, since tied tensors share theirs.
   */
  private static final String SCRIPT =
      "import glob, torch; from safetensors.torch import save_file;"
          + " new = lambda name: name.replace(\"pytorch_model\", \"model\")"
          + ".replace(\".bin\", \".safetensors\");"
          + " [save_file({k: v.contiguous().clone() for k, v in"
          + " torch.load(f, \"cpu\", weights_only=True).items()}, new(f), {\"format\": \"pt\"})"
          + " for f in glob.glob(\"*_model*.bin\")];"
          + " [open(new(f), \"w\").write(new(open(f).read()))"
          + " for f in glob.glob(\"*.bin.index.json\")]";

  private PyTorchFiles() {}

  /** The command that converts a folder's files, for a POSIX shell. */
  static String command(Path folder) {
    String path = folder.toString();
    String quoted =
        PLAIN_PATH.matcher(path).matches() ? path : "'" + path.replace("'", "'\\''") + "'";
    return "cd " + quoted + " && python3 -c '" + SCRIPT + "'";
  }

  /** What to throw where a folder has such files in place of the wanted ones, if it does. */
  static Optional<CheckpointException> found(Path folder, String wanted) {
    List<String> names;
    try (Stream<Path> entries = Files.list(folder)) {
      names =
          entries
              .map(entry -> entry.getFileName().toString())
              .filter(name -> WEIGHTS.matcher(name).matches())
              .sorted()
              .toList();
    } catch (IOException e) {
      // What is wrong with the folder is told by what is not found in it.
      return Optional.empty();
    }
    return names.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new CheckpointException(
                folder
                    + ": must hold "
                    + wanted
                    + ", but holds "
                    + names.get(0)
                    + ", which is not read. With torch and safetensors installed, this converts it: "
                    + command(folder)));
  }
}
