package io.github.tess2.guidance;

import com.google.auto.service.AutoService;
import io.github.tess2.spi.Option;
import io.github.tess2.spi.OptionValues;
import io.github.tess2.spi.Reward;
import io.github.tess2.spi.RewardProvider;
import java.util.List;

/**
 * {@code reward-model}: the score of a reward checkpoint, for comparing candidates: {@code
 * best-of:n=8,reward=reward-model(path=models/reward)}. Without a path it uses the reward model
 * that ships with the library. The creator closes it.
 */
@AutoService(RewardProvider.class)
public final class RewardModelProvider implements RewardProvider {
  /** For {@link java.util.ServiceLoader}. */
  public RewardModelProvider() {}

  @Override
  public String name() {
    return "reward-model";
  }

  @Override
  public List<Option<?>> options() {
    return RewardModels.options();
  }

  @Override
  public Reward create(OptionValues options) {
    return RewardModels.open(options);
  }
}
