package io.github.tess2.runtime.generation;

import ai.djl.ndarray.index.NDIndex;
import io.github.tess2.spi.Guidance;
import java.util.ArrayList;
import java.util.List;

/** Has the last position of the first five be the end, and no other one. */
final class EndsAtFive extends IdleGuidance {
  final List<Integer> rows = new ArrayList<>();
  final List<Integer> positions = new ArrayList<>();

  EndsAtFive() {
    super("ends-at-five");
  }

  @Override
  public Guidance.Run begin(Request request) {
    positions.add(request.positions().length());
    int eos = request.tokenizer().eosId();
    return canvas -> {
      rows.add(canvas.rows());
      canvas.adjust(
          (logits, from, to) -> {
            for (int row = from; row < to; row++) {
              logits.set(new NDIndex(row - from, eos), row == 4 ? 100f : -100f);
            }
            return logits;
          });
    };
  }
}
