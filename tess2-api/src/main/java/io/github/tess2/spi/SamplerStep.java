package io.github.tess2.spi;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;

/** The state that a {@link Sampler} returns. */
public sealed interface SamplerStep {

  /**
   * Renoised tokens: {@code x_{t−1} = √ᾱ_{t−1}·x̂ + √(1−ᾱ_{t−1})·k·ε} with x̂ = +k at the row's
   * token and −k elsewhere, and ε new noise. Between steps the runtime keeps only the ids, so this
   * state needs no V-wide memory.
   *
   * @param ids token ids, {@code [C]}, int64
   */
  record Tokens(NDArray ids) implements SamplerStep {
    /**
     * Checks the value.
     *
     * @param ids token ids
     */
    public Tokens {
      requireNonNull(ids, "ids");
    }
  }

  /**
   * An arbitrary point. The runtime keeps it unchanged, which needs G × V × 4 bytes per request
   * between steps.
   *
   * @param x the state x_{t−1}, {@code [C,V]}, float32
   */
  record Simplex(NDArray x) implements SamplerStep {
    /**
     * Checks the value.
     *
     * @param x the state x_{t−1}
     */
    public Simplex {
      requireNonNull(x, "x");
    }
  }
}
