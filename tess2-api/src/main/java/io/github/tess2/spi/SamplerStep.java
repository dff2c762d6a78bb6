package io.github.tess2.spi;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;

/** The state a {@link Sampler} moves to. */
public sealed interface SamplerStep {

  /**
   * Renoised tokens: {@code x_{t−1} = √ᾱ_{t−1}·x̂ + √(1−ᾱ_{t−1})·k·ε} with x̂ = +k at the row's
   * token and −k elsewhere, and ε fresh. The runtime keeps no more than the ids between steps, so
   * this state takes no V-wide memory.
   *
   * @param ids token ids, {@code [C]}, int64
   */
  record Tokens(NDArray ids) implements SamplerStep {
    /**
     * Checks the part.
     *
     * @param ids as the component
     */
    public Tokens {
      requireNonNull(ids, "ids");
    }
  }

  /**
   * Any point: the runtime keeps it as it is, which takes G × V × 4 bytes a request between steps.
   *
   * @param x x_{t−1}, {@code [C,V]}, float32
   */
  record Simplex(NDArray x) implements SamplerStep {
    /**
     * Checks the part.
     *
     * @param x as the component
     */
    public Simplex {
      requireNonNull(x, "x");
    }
  }
}
