package io.github.tess2.runtime.generation;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.tess2.runtime.Goldens;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Gives a request of G rows the noise and the uniform numbers of a golden case. */
final class ReplayRandom implements RandomSource {
  private final int rows;
  private final Map<Integer, float[]> noise = new TreeMap<>();
  private final Map<Integer, float[]> uniforms = new TreeMap<>();
  private final Map<Integer, float[]> gumbel = new TreeMap<>();

  ReplayRandom(int rows) {
    this.rows = rows;
  }

  /** The random numbers of a golden case for a whole run. */
  static ReplayRandom ofRun(Goldens.Case golden) {
    int total = golden.integer("T");
    ReplayRandom random =
        new ReplayRandom(golden.integers("generated_positions").length)
            .noise(total - 1, golden.input("initial_noise"));
    if (golden.has("top_p")) {
      float[] noise = golden.input("noise");
      float[] uniforms = golden.input("uniforms");
      int wide = noise.length / (total - 1);
      int narrow = uniforms.length / total;
      for (int i = 0; i < total; i++) {
        int step = total - 1 - i;
        random.uniforms(step, Goldens.rows(uniforms, narrow, i, i + 1));
        if (step > 0) {
          random.noise(step - 1, Goldens.rows(noise, wide, i, i + 1));
        }
      }
    }
    return random;
  }

  /** Sets ε of x_t, {@code [G,V]}. */
  ReplayRandom noise(int step, float[] values) {
    noise.put(step, values);
    return this;
  }

  /** Sets the uniform numbers at step t, {@code [G,tries]}. */
  ReplayRandom uniforms(int step, float[] values) {
    uniforms.put(step, values);
    return this;
  }

  /** Sets the Gumbel noise at step t, {@code [G,V]}. */
  ReplayRandom gumbel(int step, float[] values) {
    gumbel.put(step, values);
    return this;
  }

  @Override
  public NDArray noise(NDManager manager, List<Rows> parts, int step, int width) {
    return cut(manager, noise, parts, step);
  }

  @Override
  public NDArray uniforms(NDManager manager, List<Rows> parts, int step) {
    return cut(manager, uniforms, parts, step);
  }

  @Override
  public NDArray gumbel(NDManager manager, List<Rows> parts, int step, int draw, int width) {
    return cut(manager, gumbel, parts, step);
  }

  private NDArray cut(
      NDManager manager, Map<Integer, float[]> prescribed, List<Rows> parts, int step) {
    float[] all = prescribed.get(step);
    if (all == null || parts.size() != 1) {
      throw new AssertionError("nothing is prescribed for " + parts + " at step " + step);
    }
    Rows part = parts.get(0);
    int width = all.length / rows;
    return manager.create(
        Goldens.rows(all, width, part.from(), part.to()),
        new Shape(part.to() - part.from(), width));
  }
}
