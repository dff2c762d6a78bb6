package io.github.tess2.examples.claims;

import java.util.stream.IntStream;

/**
 * The cost of one answer: how often its whole sequence passes through each network. Scoring
 * candidates to choose among them counts; scoring a finished answer for the report does not.
 *
 * @param model passes through the diffusion model
 * @param gradients of the reward model, each of which costs three passes through its layers:
 *     forward without keeping activations, then backward, which computes each layer again and
 *     differentiates it by its input (this takes as many products as computing it; weights get no
 *     gradient)
 * @param scores forward passes through the reward model to choose a candidate
 */
public record AnswerCost(int model, int gradients, int scores) {
  private static final int PASSES_OF_A_GRADIENT = 3;

  /** Returns the cost of an answer in a setting. */
  static AnswerCost of(Setting setting, int steps, int iterations) {
    boolean guided = setting.experiment() != Setting.Experiment.WORD && setting.scale() != 0;
    int pushed =
        guided
            ? (int)
                IntStream.rangeClosed(1, steps)
                    .filter(step -> setting.scaleBySteps().at(step, steps) != 0)
                    .count()
            : 0;
    return new AnswerCost(
        steps * setting.candidates(),
        pushed * iterations * setting.candidates(),
        setting.candidates() > 1 ? setting.candidates() : 0);
  }

  /**
   * Converts the cost to passes of the diffusion model.
   *
   * @param rewardShare the reward model's weights as a share of the diffusion model's: a pass takes
   *     two operations for each weight and position
   */
  double cost(double rewardShare) {
    return model + rewardShare * (PASSES_OF_A_GRADIENT * gradients + scores);
  }

  /** The number of candidates that costs at least as much as guidance at each step. */
  static int candidatesAsDearAsGuidance(int steps, int iterations, double rewardShare) {
    double guided = steps + rewardShare * PASSES_OF_A_GRADIENT * steps * iterations;
    return Math.max(2, (int) Math.ceil(guided / (steps + rewardShare)));
  }
}
