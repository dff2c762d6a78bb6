package io.github.tess2.runtime.generation;

import ai.djl.ndarray.index.NDIndex;
import io.github.tess2.spi.Guidance;
import java.util.ArrayList;
import java.util.List;

/** Makes the last of the first five positions the end of the answer, and no other position. */
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
