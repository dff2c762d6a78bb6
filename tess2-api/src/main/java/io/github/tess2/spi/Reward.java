package io.github.tess2.spi;

import ai.djl.ndarray.NDArray;

/**
 * What guidance climbs and best-of compares: a number for a text, larger where it is better,
 * differentiable so that it can also say where to go. The gradient is the runtime's job: a reward
 * computes with DJL operations on what {@link RewardInput} shows, and the runtime runs PyTorch's
 * autograd over what it did.
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
 * <p>Stateless or immutable, and thread-safe. A reward that throws, returns another shape, a number
 * that is not finite, or something no gradient leads through, ends the request it scores with a
 * {@link io.github.tess2.PluginException} and no other.
 */
@FunctionalInterface
public interface Reward {
  /**
   * Scores sequences.
   *
   * @param input what is known of them; valid during this call only
   * @return r, {@code [B]}, float32, finite, each row a differentiable function of the same row of
   *     at least one of the input's views; in {@link RewardInput#manager()}
   */
  NDArray score(RewardInput input);

  /**
   * Checks, before its first step, that this reward fits a request. Default: it fits any.
   *
   * @param request what is known of it
   * @throws IllegalArgumentException if it does not, such as for want of room
   */
  default void check(Guidance.Request request) {}

  /**
   * Makes an installed reward by name.
   *
   * @param spec its name and options
   * @return the reward; where it is {@link AutoCloseable}, the caller closes it
   * @throws io.github.tess2.PluginException if there is no {@link RewardProvider} of that name
   * @throws IllegalArgumentException if an option is unknown, ill-typed or missing
   */
  static Reward named(PluginSpec spec) {
    RewardProvider provider = Plugins.of(RewardProvider.class).named(spec.name());
    String owner = "reward \"" + provider.name() + "\"";
    Reward made = provider.create(OptionValues.of(owner, provider.options(), spec.options()));
    return Plugins.requireMade(owner, made);
  }
}
