package io.github.tess2.runtime.generation;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;

/** The random numbers of the masked goldens, computed by the formula of {@code masked.Noise}. */
record FormulaRandom(long seed) implements RandomSource {
  private static final int CHOICE = 1;
  private static final int TOKEN = 2;

  @Override
  public NDArray noise(NDManager manager, List<Rows> rows, int step, int width) {
    throw new AssertionError("no masked process adds noise");
  }

  @Override
  public NDArray uniforms(NDManager manager, List<Rows> rows, int step) {
    return numbers(manager, rows, CHOICE, step, 1, false);
  }

  @Override
  public NDArray gumbel(NDManager manager, List<Rows> rows, int step, int draw, int width) {
    return numbers(manager, rows, TOKEN, step, width, true);
  }

  private NDArray numbers(
      NDManager manager, List<Rows> parts, int kind, int step, int width, boolean gumbel) {
    int count = parts.stream().mapToInt(part -> part.to() - part.from()).sum();
    float[] numbers = new float[count * width];
    int at = 0;
    for (Rows part : parts) {
      for (int row = part.from(); row < part.to(); row++) {
        for (int column = 0; column < width; column++) {
          double u = uniform(kind, step, row, column);
          numbers[at++] = (float) (gumbel ? -Math.log(-Math.log(u)) : u);
        }
      }
    }
    return manager.create(numbers, new Shape(count, width));
  }

  private double uniform(long... parts) {
    long key = mixed(seed);
    for (long part : parts) {
      key = mixed(key ^ part);
    }
    return ((key >>> 40) + 0.5) / (1 << 24);
  }

  private static long mixed(long value) {
    long x = value + 0x9E3779B97F4A7C15L;
    x = (x ^ (x >>> 30)) * 0xBF58476D1CE4E5B9L;
    x = (x ^ (x >>> 27)) * 0x94D049BB133111EBL;
    return x ^ (x >>> 31);
  }
}
