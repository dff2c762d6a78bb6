package io.github.tess2;

import static java.util.Objects.requireNonNull;

import java.util.Locale;

/**
 * The device that a model computes on.
 *
 * @param kind the kind of device: CPU, CUDA, or chosen automatically
 * @param index index of the GPU, from 0; 0 for other kinds
 */
public record ComputeDevice(Kind kind, int index) {
  /** The kinds of device. */
  public enum Kind {
    /** The first NVIDIA GPU if there is one, otherwise the CPU. */
    AUTO,
    /** The CPU. */
    CPU,
    /** An NVIDIA GPU. */
    CUDA
  }

  /** The first NVIDIA GPU if there is one, otherwise the CPU. */
  public static final ComputeDevice AUTO = new ComputeDevice(Kind.AUTO, 0);

  /** The CPU. */
  public static final ComputeDevice CPU = new ComputeDevice(Kind.CPU, 0);

  /**
   * Checks the index.
   *
   * @param index index of the GPU
   * @param kind the kind of device
   * @throws NullPointerException if the kind is null
   * @throws IllegalArgumentException if the index is negative, or not 0 for a kind other than CUDA
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
   * @param index of the GPU, from 0
   */
  public static ComputeDevice cuda(int index) {
    return new ComputeDevice(Kind.CUDA, index);
  }

  /**
   * {@return the device that {@link #toString()} names}
   *
   * @param name {@code auto}, {@code cpu}, {@code cuda} or {@code cuda:N}, in any case
   * @throws NullPointerException if the name is null
   * @throws IllegalArgumentException if the name is none of these
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
