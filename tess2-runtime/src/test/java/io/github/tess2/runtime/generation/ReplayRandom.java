package io.github.tess2.runtime.generation;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.tess2.runtime.Goldens;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Gives one request of G rows the noise and the uniform numbers that a golden prescribes. */
final class ReplayRandom implements RandomSource {
  private final int rows;
  private final Map<Integer, float[]> noise = new TreeMap<>();
  private final Map<Integer, float[]> uniforms = new TreeMap<>();

  ReplayRandom(int rows) {
    this.rows = rows;
  }

  /** Prescribes ε of x_t, {@code [G,V]}. */
  ReplayRandom noise(int step, float[] values) {
    noise.put(step, values);
    return this;
  }

  /** Prescribes the uniform numbers at step t, {@code [G,tries]}. */
  ReplayRandom uniforms(int step, float[] values) {
    uniforms.put(step, values);
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
