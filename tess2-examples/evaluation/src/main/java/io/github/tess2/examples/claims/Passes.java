package io.github.tess2.examples.claims;

import java.util.stream.IntStream;

/**
 * What one answer costs, counted: how often its whole sequence goes through which network. Scoring
 * a finished answer to report it is not counted, scoring candidates to choose among them is.
 *
 * @param model times through the diffusion model
 * @param gradients of the reward model, each of which is three times through its layers: forward
 *     with nothing kept, then back, where each layer is computed a second time and differentiated
 *     by its input (which takes as many products as computing it; weights get no gradient)
 * @param scores times forward through the reward model to choose a candidate
 */
public record Passes(int model, int gradients, int scores) {
  private static final int PASSES_OF_A_GRADIENT = 3;

  /** What an answer costs in a setting. */
  static Passes of(Setting setting, int steps, int iterations) {
    boolean guided = setting.experiment() != Setting.Experiment.WORD && setting.scale() != 0;
    int pushed =
        guided
            ? (int)
                IntStream.rangeClosed(1, steps)
                    .filter(step -> setting.scaleBySteps().at(step, steps) != 0)
                    .count()
            : 0;
    return new Passes(
        steps * setting.candidates(),
        pushed * iterations * setting.candidates(),
        setting.candidates() > 1 ? setting.candidates() : 0);
  }

  /**
   * The cost in passes of the diffusion model.
   *
   * @param rewardShare the reward model's weights as a share of the diffusion model's: a pass takes
   *     two operations for each weight and position
   */
  double cost(double rewardShare) {
    return model + rewardShare * (PASSES_OF_A_GRADIENT * gradients + scores);
  }

  /** How many candidates cost at least what guidance at each step does. */
  static int candidatesAsDearAsGuidance(int steps, int iterations, double rewardShare) {
    double guided = steps + rewardShare * PASSES_OF_A_GRADIENT * steps * iterations;
    return Math.max(2, (int) Math.ceil(guided / (steps + rewardShare)));
  }
}
