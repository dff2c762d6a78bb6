/**
 * The extension points that plugins implement and the library finds by name.
 *
 * <p>Each extension point is an interface of this package with a {@linkplain
 * io.github.tess2.spi.Plugin#name() name}: {@link io.github.tess2.spi.NoiseSchedule}, {@link
 * io.github.tess2.spi.StepGridProvider}, {@link io.github.tess2.spi.Sampler}, {@link
 * io.github.tess2.spi.StoppingCriterionProvider}, {@link io.github.tess2.spi.CanvasPolicyProvider},
 * {@link io.github.tess2.spi.PromptCacheProvider}, {@link io.github.tess2.spi.RewardProvider},
 * {@link io.github.tess2.spi.GuidanceProvider}, {@link io.github.tess2.spi.DiffusionRuntime} and
 * {@link io.github.tess2.spi.TrainingRuntime}. A plugin is a public class with a public no-argument
 * constructor, registered in {@code META-INF/services} (Google's AutoService writes the file) and,
 * in a named module, by a {@code provides} line. {@link io.github.tess2.spi.Plugins} looks them up.
 * Tensors are DJL's {@code NDArray}; the Javadoc of each method states their shape and type, and
 * who closes them.
 */
@NullMarked
package io.github.tess2.spi;

import org.jspecify.annotations.NullMarked;
