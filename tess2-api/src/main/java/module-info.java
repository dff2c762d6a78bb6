import io.github.tess2.spi.CanvasPolicyProvider;
import io.github.tess2.spi.DiffusionRuntime;
import io.github.tess2.spi.GuidanceProvider;
import io.github.tess2.spi.NoiseSchedule;
import io.github.tess2.spi.PromptCacheProvider;
import io.github.tess2.spi.RewardProvider;
import io.github.tess2.spi.Sampler;
import io.github.tess2.spi.StepGridProvider;
import io.github.tess2.spi.StoppingCriterionProvider;
import io.github.tess2.spi.TrainingRuntime;

/**
 * The public API ({@link io.github.tess2}), training ({@link io.github.tess2.training}) and the
 * extension points ({@link io.github.tess2.spi}).
 */
// The digit is part of the product's name.
@SuppressWarnings("module")
module io.github.tess2 {
  requires transitive ai.djl.api;
  requires transitive com.google.common;
  requires static transitive com.google.errorprone.annotations;
  requires static transitive org.jspecify;

  exports io.github.tess2;
  exports io.github.tess2.spi;
  exports io.github.tess2.training;

  uses CanvasPolicyProvider;
  uses DiffusionRuntime;
  uses GuidanceProvider;
  uses NoiseSchedule;
  uses PromptCacheProvider;
  uses RewardProvider;
  uses Sampler;
  uses StepGridProvider;
  uses StoppingCriterionProvider;
  uses TrainingRuntime;
}
