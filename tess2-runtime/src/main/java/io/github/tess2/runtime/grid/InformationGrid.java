package io.github.tess2.runtime.grid;

import com.google.auto.service.AutoService;
import com.google.common.cache.CacheBuilder;
import com.google.common.cache.CacheLoader;
import com.google.common.cache.LoadingCache;
import io.github.tess2.spi.Option;
import io.github.tess2.spi.OptionValues;
import io.github.tess2.spi.StepGrid;
import io.github.tess2.spi.StepGridProvider;
import java.util.List;

/**
 * {@code information}: the same amount is decided between any two neighbouring times. The amount
 * decided at t is the probability that the largest entry of x_t is the true token's ({@link
 * ArgmaxSurvival}). No steps are spent where x_t says nothing or everything.
 */
@AutoService(StepGridProvider.class)
public final class InformationGrid implements StepGridProvider {
  /** The share of steps spaced evenly in time, which keeps the first ones near pure noise. */
  static final Option<Double> UNIFORM =
      Option.number("uniform", 0, 1, "the share of the steps that is spaced evenly in time")
          .or(0.2);

  private static final LoadingCache<Integer, ArgmaxSurvival> BY_VOCABULARY =
      CacheBuilder.newBuilder().maximumSize(16).build(CacheLoader.from(ArgmaxSurvival::new));

  @Override
  public String name() {
    return "information";
  }

  @Override
  public List<Option<?>> options() {
    return List.of(UNIFORM);
  }

  @Override
  public StepGrid create(OptionValues options) {
    double uniform = options.get(UNIFORM);
    return request -> {
      ArgmaxSurvival survival = BY_VOCABULARY.getUnchecked(request.vocabularySize());
      return Spacing.times(request.steps(), t -> 1 - survival.at(request.alphaBar(t)), uniform);
    };
  }
}
