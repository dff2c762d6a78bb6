package io.github.tess2.runtime.checkpoint;

import io.github.tess2.SelfConditioning;
import io.github.tess2.spi.Relaxation;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;

/**
 * A checkpoint's settings of diffusion. A {@code config.json} may lack all of them, because they
 * are command-line flags in the published code; then {@link #TESS2} applies.
 *
 * @param simplexValue k, the simplex scale, above zero
 * @param trainSteps the number of steps into which time was divided in training, at least 1
 * @param noiseSchedule the schedule's name
 * @param selfConditioning one of {@link #SELF_CONDITIONING}; {@code "none"} if predictions are not
 *     fed back
 * @param topP the nucleus's mass, above zero and at most 1; absent to take the likeliest token
 *     instead of drawing
 * @param temperature the divisor of logits before a draw, at least 1e-6
 * @param causal whether attention is causal
 * @param timestepEmbedding whether there is {@code timestep_embed.weight}
 * @param timeWarpBins the number of bins in the time warp of a CDCD checkpoint, at least 1
 */
public record DiffusionConfig(
    double simplexValue,
    int trainSteps,
    String noiseSchedule,
    String selfConditioning,
    OptionalDouble topP,
    double temperature,
    boolean causal,
    boolean timestepEmbedding,
    int timeWarpBins) {

  /** The ways a prediction can be fed back into the next step. */
  public static final List<String> SELF_CONDITIONING =
      Arrays.stream(SelfConditioning.values()).map(SelfConditioning::configName).toList();

  /** The settings of the released TESS 2. */
  public static final DiffusionConfig TESS2 =
      new DiffusionConfig(
          5,
          5000,
          "squaredcos_improved_ddpm",
          "logits_mean",
          OptionalDouble.of(0.99),
          1,
          false,
          true,
          100);

  /** Checks the ranges; messages name the fields as {@code config.json} does. */
  public DiffusionConfig {
    Require.that(
        simplexValue > 0 && simplexValue <= 1e6,
        "simplex_value",
        "must be in (0, 1e6]",
        simplexValue);
    Require.positive("num_diffusion_steps", trainSteps);
    Require.that(
        !noiseSchedule.isBlank(), "beta_schedule", "must be a name", '"' + noiseSchedule + '"');
    Require.that(
        SELF_CONDITIONING.contains(selfConditioning),
        "self_condition",
        "must be one of " + SELF_CONDITIONING,
        selfConditioning);
    double mass = topP.orElse(1);
    Require.that(mass > 0 && mass <= 1, "top_p", "must be in (0, 1]", mass);
    Require.that(
        temperature >= Relaxation.LEAST_TEMPERATURE && temperature <= 1e6,
        "temperature",
        "must be in [1e-6, 1e6]",
        temperature);
    Require.positive("n_bins", timeWarpBins);
  }

  /** Whether each step's prediction is fed into the next step. */
  public boolean selfConditioned() {
    return !selfConditioning.equals("none");
  }
}
