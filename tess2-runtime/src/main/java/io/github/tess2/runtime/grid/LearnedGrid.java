package io.github.tess2.runtime.grid;

import com.google.auto.service.AutoService;
import io.github.tess2.spi.Option;
import io.github.tess2.spi.OptionValues;
import io.github.tess2.spi.StepGrid;
import io.github.tess2.spi.StepGridProvider;
import java.nio.file.Path;
import java.util.List;

/**
 * {@code learned}: the loss, as measured on a model, falls by the same amount between any two
 * neighbouring times. {@code tess2 benchmark grid} writes the file, see {@link LossCurve}.
 */
@AutoService(StepGridProvider.class)
public final class LearnedGrid implements StepGridProvider {
  private static final Option<Path> FILE =
      Option.path("file", "a file written by tess2 benchmark grid");

  @Override
  public String name() {
    return "learned";
  }

  @Override
  public List<Option<?>> options() {
    return List.of(FILE, InformationGrid.UNIFORM);
  }

  @Override
  public StepGrid create(OptionValues options) {
    LossCurve curve = LossCurve.read(options.get(FILE));
    double uniform = options.get(InformationGrid.UNIFORM);
    return request -> Spacing.times(request.steps(), curve::rising, uniform);
  }
}
