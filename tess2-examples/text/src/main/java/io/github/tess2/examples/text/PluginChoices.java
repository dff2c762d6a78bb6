package io.github.tess2.examples.text;

import io.github.tess2.OptionsBuilder;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * The plugins of a request, each chosen by a text: {@code NAME[:OPTION=VALUE,...]}. Null leaves a
 * choice to the model.
 *
 * @param noiseSchedule the noise schedule
 * @param grid the step grid
 * @param sampler the sampler
 * @param stop the stopping criterion
 * @param canvas the canvas
 * @param cache the prompt cache
 */
public record PluginChoices(
    @Nullable String noiseSchedule,
    @Nullable String grid,
    @Nullable String sampler,
    @Nullable String stop,
    @Nullable String canvas,
    @Nullable String cache)
    implements Serializable {

  /**
   * Sets the plugins that were chosen.
   *
   * @param builder the builder of a request or a model
   * @throws IllegalArgumentException if a text is blank or malformed
   */
  public void applyTo(OptionsBuilder<?> builder) {
    if (noiseSchedule != null) {
      builder.noiseSchedule(noiseSchedule);
    }
    if (grid != null) {
      builder.grid(grid);
    }
    if (sampler != null) {
      builder.sampler(sampler);
    }
    if (stop != null) {
      builder.stop(stop);
    }
    if (canvas != null) {
      builder.canvas(canvas);
    }
    if (cache != null) {
      builder.cache(cache);
    }
  }
}
