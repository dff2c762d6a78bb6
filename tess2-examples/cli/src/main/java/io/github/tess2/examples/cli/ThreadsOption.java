package io.github.tess2.examples.cli;

import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The number of threads, for every command that computes. */
final class ThreadsOption {
  @Option(
      names = "--threads",
      paramLabel = "N",
      description =
          "Threads that compute on a CPU. Default: what OMP_NUM_THREADS says, else one for each"
              + " core that this process may use.")
  private @Nullable Integer threads;

  /** The number, if given. */
  OptionalInt count() {
    return threads == null ? OptionalInt.empty() : OptionalInt.of(threads);
  }
}
