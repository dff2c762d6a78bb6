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
 * Weights in PyTorch's own format, {@code pytorch_model.bin}. These files are pickles, which are
 * programs: reading one means running it. So they are not read, and the error message gives a
 * command that converts them.
 */
final class PyTorchFiles {
  private static final Pattern WEIGHTS =
      Pattern.compile("(pytorch|adapter)_model.*\\.bin(\\.index\\.json)?");

  private static final Pattern PLAIN_PATH = Pattern.compile("[\\w./+@%:=-]+");

  /**
   * Converts one shard at a time, to need the memory of only one; clones because tied tensors share
   * memory.
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

  /**
   * The exception for a folder that has such files instead of the wanted ones; empty if it has
   * none.
   */
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
      // The caller reports what is missing in the folder.
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
