package io.github.tess2.runtime.checkpoint;

/**
 * The scaling of rotary frequencies for contexts longer than those in pretraining. Computed in
 * single precision and in the order of operations of {@code transformers}, because the rounding
 * error of a frequency is multiplied by the position.
 */
public sealed interface RopeScaling {
  /** No scaling. */
  RopeScaling NONE = new None();

  /**
   * Scales one inverse frequency.
   *
   * @param inverseFrequency radians per position
   * @return the scaled inverse frequency, radians per position
   */
  float scale(float inverseFrequency);

  /** No scaling ({@code "default"}). */
  record None() implements RopeScaling {
    @Override
    public float scale(float inverseFrequency) {
      return inverseFrequency;
    }
  }

  /**
   * Divides every frequency by one factor ({@code "linear"}).
   *
   * @param factor the divisor, at least 1
   */
  record Linear(double factor) implements RopeScaling {
    /** Checks the range. */
    public Linear {
      requireFactor(factor);
    }

    @Override
    public float scale(float inverseFrequency) {
      return inverseFrequency / (float) factor;
    }
  }

  /**
   * Llama 3.1's scaling ({@code "llama3"}): wavelengths beyond {@code original / low} are divided
   * by the factor, those below {@code original / high} are unchanged, and those in between are
   * interpolated.
   *
   * @param factor the divisor of the long wavelengths, at least 1
   * @param lowFrequencyFactor a number of wavelengths in the original context, above zero
   * @param highFrequencyFactor a number of wavelengths in the original context, above the low one
   * @param originalMaxPositions the context length of the pretraining, in positions, at least 1
   */
  record Llama3(
      double factor,
      double lowFrequencyFactor,
      double highFrequencyFactor,
      int originalMaxPositions)
      implements RopeScaling {
    /** Checks the ranges. */
    public Llama3 {
      requireFactor(factor);
      Require.positive("low_freq_factor", lowFrequencyFactor);
      Require.that(
          highFrequencyFactor > lowFrequencyFactor,
          "high_freq_factor",
          "must be greater than low_freq_factor (" + lowFrequencyFactor + ")",
          highFrequencyFactor);
      Require.positive("original_max_position_embeddings", originalMaxPositions);
    }

    @Override
    public float scale(float inverseFrequency) {
      // PyTorch computes "number / tensor" as the tensor's reciprocal times the number.
      float wavelength = 1 / inverseFrequency * (float) (2 * Math.PI);
      if (wavelength > (float) (originalMaxPositions / lowFrequencyFactor)) {
        return inverseFrequency / (float) factor;
      }
      if (wavelength < (float) (originalMaxPositions / highFrequencyFactor)) {
        return inverseFrequency;
      }
      float smooth =
          (1 / wavelength * originalMaxPositions - (float) lowFrequencyFactor)
              / (float) (highFrequencyFactor - lowFrequencyFactor);
      return (1 - smooth) * inverseFrequency / (float) factor + smooth * inverseFrequency;
    }
  }

  private static void requireFactor(double factor) {
    Require.that(factor >= 1, "factor", "must be at least 1", factor);
  }
}
