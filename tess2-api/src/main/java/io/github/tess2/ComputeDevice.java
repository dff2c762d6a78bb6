package io.github.tess2;

import static java.util.Objects.requireNonNull;

import java.util.Locale;

/**
 * Where the model computes.
 *
 * @param kind CPU, CUDA or whichever is there
 * @param index which of the GPUs, from 0; 0 for the others
 */
public record ComputeDevice(Kind kind, int index) {
  /** The kinds of device. */
  public enum Kind {
    /** The first NVIDIA GPU where there is one, else the CPU. */
    AUTO,
    /** The processor. */
    CPU,
    /** An NVIDIA GPU. */
    CUDA
  }

  /** The first NVIDIA GPU where there is one, else the CPU. */
  public static final ComputeDevice AUTO = new ComputeDevice(Kind.AUTO, 0);

  /** The processor. */
  public static final ComputeDevice CPU = new ComputeDevice(Kind.CPU, 0);

  /**
   * Checks the index.
   *
   * @param index as the component
   * @param kind as the component
   * @throws NullPointerException if the kind is null
   * @throws IllegalArgumentException if it is negative, or not 0 for a kind without several
   */
  public ComputeDevice {
    requireNonNull(kind, "device kind");
    if (index < 0 || (kind != Kind.CUDA && index != 0)) {
      throw new IllegalArgumentException(
          "device index must be zero"
              + (kind == Kind.CUDA ? " or more" : "")
              + " for "
              + kind
              + ", but is: "
              + index);
    }
  }

  /**
   * {@return an NVIDIA GPU}
   *
   * @param index which one, from 0
   */
  public static ComputeDevice cuda(int index) {
    return new ComputeDevice(Kind.CUDA, index);
  }

  /**
   * {@return the device that {@link #toString()} names}
   *
   * @param name {@code auto}, {@code cpu}, {@code cuda} or {@code cuda:N}, whatever its case
   * @throws NullPointerException if it is null
   * @throws IllegalArgumentException if it is none of these
   */
  public static ComputeDevice parse(String name) {
    String word = requireNonNull(name, "device").toLowerCase(Locale.ROOT);
    if (word.matches("cuda(:\\d{1,4})?")) {
      return cuda(word.length() < 5 ? 0 : Integer.parseInt(word.substring(5)));
    }
    return switch (word) {
      case "auto" -> AUTO;
      case "cpu" -> CPU;
      default ->
          throw new IllegalArgumentException(
              "device must be auto, cpu, cuda or cuda:N, but is: " + name);
    };
  }

  @Override
  public String toString() {
    return kind == Kind.CUDA ? "cuda:" + index : kind.name().toLowerCase(Locale.ROOT);
  }
}
