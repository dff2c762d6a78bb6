package io.github.tess2.spi;

/**
 * Creates a {@link Reward} selected by name.
 *
 * <pre>{@code
 * @AutoService(RewardProvider.class)
 * public final class Brief implements RewardProvider {
 *   public String name() {
 *     return "brief";
 *   }
 *
 *   public Reward create(OptionValues options) {
 *     return input -> input.endProbabilities().sum(new int[] {1});
 *   }
 * }
 * }</pre>
 */
public interface RewardProvider extends Provider<Reward> {
  /**
   * Creates a reward.
   *
   * @param options a value for each of {@link #options()}
   * @return the reward; if it is {@link AutoCloseable}, the caller closes it
   * @throws IllegalArgumentException if the options contradict each other
   */
  @Override
  Reward create(OptionValues options);
}
