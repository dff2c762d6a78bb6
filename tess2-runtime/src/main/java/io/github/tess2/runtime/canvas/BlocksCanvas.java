package io.github.tess2.runtime.canvas;

import com.google.auto.service.AutoService;
import io.github.tess2.spi.CanvasPolicy;
import io.github.tess2.spi.CanvasPolicyProvider;
import io.github.tess2.spi.Option;
import io.github.tess2.spi.OptionValues;
import io.github.tess2.spi.Prediction;
import java.util.List;
import java.util.Optional;

/**
 * {@code blocks}: generates from left to right in blocks. Each block runs all the steps and is then
 * given to the next, until a block has an end of sequence or the length is reached. So the answer's
 * length need not be known in advance.
 */
@AutoService(CanvasPolicyProvider.class)
public final class BlocksCanvas implements CanvasPolicyProvider {
  private static final Option<Integer> LENGTH =
      Option.integer("length", 1, Integer.MAX_VALUE, "tokens per block").or(32);

  @Override
  public String name() {
    return "blocks";
  }

  @Override
  public List<Option<?>> options() {
    return List.of(LENGTH);
  }

  @Override
  public CanvasPolicy create(OptionValues options) {
    int length = options.get(LENGTH);
    return request -> new Blocks(AnswersOnly.check(request).rows(), length);
  }

  private record Blocks(int rows, int length) implements CanvasPolicy.Run {
    private CanvasPolicy.Window from(int row) {
      return new CanvasPolicy.Window(row, (int) Math.min((long) row + length, rows));
    }

    @Override
    public CanvasPolicy.Window first() {
      return from(0);
    }

    @Override
    public int windows() {
      return (rows - 1) / length + 1;
    }

    @Override
    public Optional<CanvasPolicy.Window> next(Prediction prediction, CanvasPolicy.Window window) {
      return prediction.ended() || window.to() == rows
          ? Optional.empty()
          : Optional.of(from(window.to()));
    }
  }
}
