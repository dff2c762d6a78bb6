package io.github.tess2.contract;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.tess2.spi.SamplerInput;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * A point of a run at which a sampler is tested, with logits and noise from a seeded generator. The
 * rows are the same for any division into chunks.
 */
record SamplerCase(
    String description,
    int total,
    int step,
    double alphaBar,
    double alphaBarPrevious,
    double simplexValue,
    double temperature) {
  static final int ROWS = 6;
  static final int VOCABULARY_SIZE = 11;

  /** Makes the input of rows {@code from} to {@code to} (exclusive) in a manager. */
  Input input(NDManager manager, int from, int to) {
    return new Input(manager, from, to);
  }

  @Override
  public String toString() {
    return description;
  }

  private static float[] gaussians(long seed, double scale) {
    Random random = new Random(seed);
    float[] values = new float[ROWS * VOCABULARY_SIZE];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (scale * random.nextGaussian());
    }
    return values;
  }

  private static NDArray rows(NDManager manager, float[] values, int from, int to) {
    return manager.create(
        Arrays.copyOfRange(values, from * VOCABULARY_SIZE, to * VOCABULARY_SIZE),
        new Shape(to - from, VOCABULARY_SIZE));
  }

  /** The input of a sampler. Like the runtime's, it draws once and then returns the same draw. */
  final class Input implements SamplerInput {
    private final NDManager manager;
    private final NDArray logits;
    private final NDArray noisySimplex;
    private final NDArray tokens;

    private Input(NDManager manager, int from, int to) {
      this.manager = manager;
      this.logits = rows(manager, gaussians(17 + step, 3), from, to);
      this.noisySimplex = rows(manager, gaussians(42 + step, simplexValue), from, to);
      // Replaces a draw by some token of the vocabulary, always the same one for a row.
      this.tokens =
          manager.create(
              IntStream.range(from, to)
                  .mapToLong(row -> (5L * row + step) % VOCABULARY_SIZE)
                  .toArray());
    }

    @Override
    public NDManager manager() {
      return manager;
    }

    @Override
    public int timestep() {
      return step;
    }

    @Override
    public int total() {
      return total;
    }

    @Override
    public double alphaBar() {
      return alphaBar;
    }

    @Override
    public double alphaBarPrevious() {
      return alphaBarPrevious;
    }

    @Override
    public double simplexValue() {
      return simplexValue;
    }

    @Override
    public double temperature() {
      return temperature;
    }

    @Override
    public NDArray logits() {
      return logits;
    }

    @Override
    public NDArray noisySimplex() {
      return noisySimplex;
    }

    @Override
    public NDArray drawTokens() {
      return tokens;
    }
  }
}
