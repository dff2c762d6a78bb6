package io.github.tess2.guidance;

import com.google.auto.service.AutoService;
import io.github.tess2.spi.Guidance;
import io.github.tess2.spi.GuidanceProvider;
import io.github.tess2.spi.Option;
import io.github.tess2.spi.OptionValues;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code reward-model}: follows the gradient of a reward checkpoint, as in the paper's reward
 * guidance: {@code reward-model:path=models/reward,scale=0.5}. Without a path it uses the reward
 * model that ships with the library. The guidance owns the model that it opens.
 */
@AutoService(GuidanceProvider.class)
public final class RewardModelGuidanceProvider implements GuidanceProvider {
  /** For {@link java.util.ServiceLoader}. */
  public RewardModelGuidanceProvider() {}

  @Override
  public String name() {
    return "reward-model";
  }

  @Override
  public List<Option<?>> options() {
    List<Option<?>> options = new ArrayList<>(RewardModels.options());
    options.addAll(RewardGuidance.options());
    return options;
  }

  @Override
  public Guidance create(OptionValues options) {
    return Closing.orClose(
        RewardModels.open(options),
        model -> RewardGuidance.builder(name(), model).set(options).onClose(model::close).build());
  }
}
