package io.github.tess2.guidance;

import com.google.auto.service.AutoService;
import io.github.tess2.spi.Guidance;
import io.github.tess2.spi.GuidanceProvider;
import io.github.tess2.spi.Option;
import io.github.tess2.spi.OptionValues;
import io.github.tess2.spi.PluginSpec;
import io.github.tess2.spi.Reward;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code reward-function}: follows the gradient of any installed reward: {@code
 * reward-function:reward=wanted-words(words=sun|moon),scale=8}.
 */
@AutoService(GuidanceProvider.class)
public final class RewardFunctionGuidanceProvider implements GuidanceProvider {
  private static final Option<PluginSpec> REWARD =
      Option.plugin("reward", "the reward to maximize");

  /** For {@link java.util.ServiceLoader}. */
  public RewardFunctionGuidanceProvider() {}

  @Override
  public String name() {
    return "reward-function";
  }

  @Override
  public List<Option<?>> options() {
    List<Option<?>> options = new ArrayList<>();
    options.add(REWARD);
    options.addAll(RewardGuidance.options());
    return options;
  }

  @Override
  public Guidance create(OptionValues options) {
    PluginSpec spec = options.get(REWARD);
    return Closing.orClose(
        Reward.named(spec),
        reward ->
            RewardGuidance.builder(spec.name(), reward)
                .set(options)
                .onClose(Closing.of(List.of(reward)))
                .build());
  }
}
