package io.github.tess2.spi;

import ai.djl.ndarray.NDArray;

/**
 * A differentiable score for a text, larger for better texts. Guidance follows its gradient, and
 * best-of compares its values. A reward only computes the score, with DJL operations on the tensors
 * of {@link RewardInput}; the runtime computes the gradient with PyTorch's autograd.
 *
 * <pre>{@code
 * // Prefers answers that say token 42 early: the sum of its probabilities, discounted.
 * Reward early = input -> {
 *   NDArray p = input.probabilitiesOf(42).squeeze(-1);                 // [B,G]
 *   NDArray weight = input.manager().arange(p.getShape().get(1)).neg().exp();
 *   return p.mul(weight).sum(new int[] {1});                          // [B]
 * };
 * }</pre>
 *
 * <p>Stateless or immutable, and thread-safe. If a reward throws, or returns a wrong shape, a
 * number that is not finite or a score without a gradient, its request ends with a {@link
 * io.github.tess2.PluginException}. Other requests are not affected.
 */
@FunctionalInterface
public interface Reward {
  /**
   * Scores sequences.
   *
   * @param input the sequences; valid only during this call
   * @return r, {@code [B]}, float32, finite, each row a differentiable function of the same row of
   *     at least one of the input's views; in {@link RewardInput#manager()}
   */
  NDArray score(RewardInput input);

  /**
   * Checks before the first step that this reward suits a request. Default: accepts any request.
   *
   * @param request the properties of the request
   * @throws IllegalArgumentException if it does not suit the request, for example because the
   *     answer is too short
   */
  default void check(Guidance.Request request) {}

  /**
   * Creates an installed reward by name.
   *
   * @param spec the reward's name and options
   * @return the reward; if it is {@link AutoCloseable}, the caller closes it
   * @throws io.github.tess2.PluginException if there is no {@link RewardProvider} of that name
   * @throws IllegalArgumentException if an option is unknown, has the wrong type or is missing
   */
  static Reward named(PluginSpec spec) {
    RewardProvider provider = Plugins.of(RewardProvider.class).named(spec.name());
    String owner = "reward \"" + provider.name() + "\"";
    Reward made = provider.create(OptionValues.of(owner, provider.options(), spec.options()));
    return Plugins.requireMade(owner, made);
  }
}
