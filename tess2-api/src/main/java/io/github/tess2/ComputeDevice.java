package io.github.tess2;

import static java.util.Objects.requireNonNull;

import com.google.common.base.Splitter;
import com.google.common.primitives.ImmutableIntArray;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * The device that a model computes on: the CPU, a GPU, or several GPUs that share the layers of the
 * model.
 *
 * @param kind the kind of device: CPU, CUDA, or chosen automatically
 * @param gpus the indices of the GPUs, from 0, all different; the first layers are on the first of
 *     them. Empty for other kinds
 */
public record ComputeDevice(Kind kind, ImmutableIntArray gpus) {
  /** The kinds of device. */
  public enum Kind {
    /** The first NVIDIA GPU if there is one, otherwise the CPU. */
    AUTO,
    /** The CPU. */
    CPU,
    /** One or more NVIDIA GPUs. */
    CUDA
  }

  /** The first NVIDIA GPU if there is one, otherwise the CPU. */
  public static final ComputeDevice AUTO = new ComputeDevice(Kind.AUTO, ImmutableIntArray.of());

  /** The CPU. */
  public static final ComputeDevice CPU = new ComputeDevice(Kind.CPU, ImmutableIntArray.of());

  /**
   * Checks the indices.
   *
   * @param kind the kind of device
   * @param gpus the indices of the GPUs
   * @throws NullPointerException if an argument is null
   * @throws IllegalArgumentException if an index is negative or given twice, if there is none for
   *     CUDA, or if there is one for another kind
   */
  public ComputeDevice {
    requireNonNull(kind, "device kind");
    requireNonNull(gpus, "gpus");
    if (gpus.isEmpty() == (kind == Kind.CUDA)) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "there must be %s GPU index for %s, but there are: %s",
              kind == Kind.CUDA ? "at least one" : "no",
              kind,
              gpus));
    }
    if (gpus.stream().anyMatch(index -> index < 0)) {
      throw new IllegalArgumentException("a GPU index must be zero or more, but is: " + gpus);
    }
    if (gpus.stream().distinct().count() < gpus.length()) {
      throw new IllegalArgumentException("GPU indices must be different, but are: " + gpus);
    }
  }

  /**
   * {@return one or more NVIDIA GPUs} With several, the layers of a model are spread over them, as
   * their free memory allows. So a model may be larger than the memory of one GPU. It is not
   * faster: the GPUs compute one after another.
   *
   * @param index the index of a GPU, from 0; the first layers, the embedding and everything as wide
   *     as the vocabulary are on this one
   * @param more the indices of more GPUs, all different
   * @throws IllegalArgumentException if an index is negative or given twice
   */
  public static ComputeDevice cuda(int index, int... more) {
    return new ComputeDevice(
        Kind.CUDA, ImmutableIntArray.builder().add(index).addAll(more).build());
  }

  /**
   * {@return the device that {@link #toString()} names}
   *
   * @param name {@code auto}, {@code cpu}, {@code cuda}, {@code cuda:N} or, for several GPUs,
   *     {@code cuda:N+M}, in any case
   * @throws NullPointerException if the name is null
   * @throws IllegalArgumentException if the name is none of these, or an index is given twice
   */
  public static ComputeDevice parse(String name) {
    String word = requireNonNull(name, "device").toLowerCase(Locale.ROOT);
    if (word.matches("cuda:\\d{1,4}(\\+\\d{1,4})*")) {
      ImmutableIntArray.Builder gpus = ImmutableIntArray.builder();
      Splitter.on('+').split(word.substring(5)).forEach(gpu -> gpus.add(Integer.parseInt(gpu)));
      return new ComputeDevice(Kind.CUDA, gpus.build());
    }
    return switch (word) {
      case "auto" -> AUTO;
      case "cpu" -> CPU;
      case "cuda" -> cuda(0);
      default ->
          throw new IllegalArgumentException(
              "device must be auto, cpu, cuda, cuda:N or cuda:N+M, but is: " + name);
    };
  }

  @Override
  public String toString() {
    return kind == Kind.CUDA
        ? gpus.stream().mapToObj(Integer::toString).collect(Collectors.joining("+", "cuda:", ""))
        : kind.name().toLowerCase(Locale.ROOT);
  }
}
