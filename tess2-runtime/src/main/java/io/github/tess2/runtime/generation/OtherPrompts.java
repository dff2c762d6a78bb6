package io.github.tess2.runtime.generation;

import static java.util.Objects.requireNonNull;

import com.google.common.primitives.ImmutableIntArray;
import io.github.tess2.spi.Denoiser;
import io.github.tess2.spi.GuidedStep;
import java.util.Locale;

/**
 * Predictions under other prompts. What a plugin asks for is checked before native code uses it.
 */
final class OtherPrompts implements Denoiser {
  private final DiffusionProcess process;
  private final GuidedLogits.StepContext context;

  OtherPrompts(DiffusionProcess process, GuidedLogits.StepContext context) {
    this.process = process;
    this.context = context;
  }

  @Override
  public GuidedStep predict(GuidedStep step, ImmutableIntArray ids, ImmutableIntArray positions) {
    if (!(requireNonNull(step, "step") instanceof GuidedLogits rows)) {
      throw new IllegalArgumentException(
          "the step must be one that this model guides, but is: " + step.getClass().getName());
    }
    checkIds(requireNonNull(ids, "ids"));
    checkPositions(requireNonNull(positions, "positions"), ids.length(), rows.rows());
    return new GuidedLogits(
        context,
        rows.request(),
        rows.manager(),
        process.predict(rows.manager(), rows.request(), ids, positions),
        rows.room());
  }

  private void checkIds(ImmutableIntArray ids) {
    int most = context.model().config().maxPositions();
    if (ids.isEmpty() || ids.length() > most) {
      throw broken("there must be from 1 to %d ids, but there are: %d", most, ids.length());
    }
    int width = context.model().config().vocabularySize();
    for (int i = 0; i < ids.length(); i++) {
      if (ids.get(i) < 0 || ids.get(i) >= width) {
        throw broken("each id must be in [0, %d), but id %d is: %d", width, i, ids.get(i));
      }
    }
  }

  private static void checkPositions(ImmutableIntArray positions, int length, int generated) {
    if (positions.length() != generated) {
      throw broken(
          "as many positions must be generated as the step has rows, %d, but there are: %d",
          generated, positions.length());
    }
    int before = -1;
    for (int i = 0; i < positions.length(); i++) {
      int position = positions.get(i);
      if (position <= before || position >= length) {
        throw broken(
            "positions must ascend in [0, %d), but position %d is: %d", length, i, position);
      }
      before = position;
    }
  }

  private static IllegalArgumentException broken(String rule, Object... values) {
    return new IllegalArgumentException(String.format(Locale.ROOT, rule, values));
  }
}
