package io.github.tess2.spi;

/**
 * Makes a {@link Reward} that is found by name.
 *
 * <pre>{@code
 * @AutoService(RewardProvider.class)
 * public final class Brief implements RewardProvider {
 *   public String name() {
 *     return "brief";
 *   }
 *
 *   public Reward create(OptionValues options) {
 *     return input ->
 *         input.probabilitiesOf(input.tokenizer().eosId()).squeeze(-1).sum(new int[] {1});
 *   }
 * }
 * }</pre>
 */
public interface RewardProvider extends Provider<Reward> {
  /**
   * Makes a reward.
   *
   * @param options a value for each of {@link #options()}
   * @return the reward; where it is {@link AutoCloseable}, the caller closes it
   * @throws IllegalArgumentException if options do not go together
   */
  @Override
  Reward create(OptionValues options);
}
