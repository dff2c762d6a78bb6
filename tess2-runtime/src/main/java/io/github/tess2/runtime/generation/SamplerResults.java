package io.github.tess2.runtime.generation;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.tess2.runtime.graph.Graph;
import io.github.tess2.spi.SamplerInput;
import io.github.tess2.spi.SamplerStep;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Checks what a sampler returns before native code uses it. */
final class SamplerResults {
  private SamplerResults() {}

  static void check(Graph graph, @Nullable SamplerStep moved, SamplerInput input) {
    Shape logits = input.logits().getShape();
    if (moved instanceof SamplerStep.Tokens tokens) {
      check("the token ids", tokens.ids(), new Shape(logits.get(0)), DataType.INT64);
      long least = tokens.ids().min().getLong();
      long most = tokens.ids().max().getLong();
      if (least < 0 || most >= logits.get(1)) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "the token ids must be in [0, %d), but are in: [%d, %d]",
                logits.get(1),
                least,
                most));
      }
    } else if (moved instanceof SamplerStep.Simplex simplex) {
      check("the simplex", simplex.x(), logits, DataType.FLOAT32);
      if (!graph.sampling().areLogits(input.manager(), simplex.x())) {
        throw new IllegalArgumentException(
            "the simplex must have a finite maximum in each row, but has: NaN or infinity");
      }
    } else {
      throw new IllegalArgumentException("the state must be tokens or a simplex, but is: null");
    }
  }

  private static void check(String what, NDArray value, Shape shape, DataType type) {
    if (!value.getShape().equals(shape) || value.getDataType() != type) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s must be %s %s, but is: %s %s",
              what,
              type,
              shape,
              value.getDataType(),
              value.getShape()));
    }
  }
}
