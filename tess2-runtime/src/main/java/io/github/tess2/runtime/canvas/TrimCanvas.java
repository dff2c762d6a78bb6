package io.github.tess2.runtime.canvas;

import com.google.auto.service.AutoService;
import io.github.tess2.spi.CanvasPolicy;
import io.github.tess2.spi.CanvasPolicyProvider;
import io.github.tess2.spi.Option;
import io.github.tess2.spi.OptionValues;
import io.github.tess2.spi.Prediction;
import java.util.List;

/**
 * {@code trim}: drops the positions after an end of sequence once it has stayed in place for some
 * steps. This is an approximation, because the model no longer sees the padding there.
 */
@AutoService(CanvasPolicyProvider.class)
public final class TrimCanvas implements CanvasPolicyProvider {
  private static final Option<Integer> STEPS =
      Option.integer(
              "steps", 1, Integer.MAX_VALUE, "steps for which the end must have stayed in place")
          .or(2);
  private static final Option<Integer> KEEP =
      Option.integer("keep", 0, Integer.MAX_VALUE, "positions to keep after the end").or(0);

  @Override
  public String name() {
    return "trim";
  }

  @Override
  public List<Option<?>> options() {
    return List.of(STEPS, KEEP);
  }

  @Override
  public CanvasPolicy create(OptionValues options) {
    int steps = options.get(STEPS);
    int keep = options.get(KEEP);
    return request -> new Trimmed(AnswersOnly.check(request).rows(), steps, keep);
  }

  private static final class Trimmed implements CanvasPolicy.Run {
    private final int rows;
    private final int steps;
    private final long keep;
    private int last;
    private int unmoved;

    Trimmed(int rows, int steps, int keep) {
      this.rows = rows;
      this.steps = steps;
      this.keep = keep;
    }

    @Override
    public CanvasPolicy.Window first() {
      return new CanvasPolicy.Window(0, rows);
    }

    @Override
    public boolean watches() {
      return true;
    }

    @Override
    public int end(Prediction prediction, CanvasPolicy.Window window) {
      int end = prediction.ended() ? prediction.answerRows() : 0;
      unmoved = end > 0 && end == last ? unmoved + 1 : 0;
      last = end;
      return unmoved >= steps ? (int) Math.min(end + keep, window.to()) : window.to();
    }
  }
}
