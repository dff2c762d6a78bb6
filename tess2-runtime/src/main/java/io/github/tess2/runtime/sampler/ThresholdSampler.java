package io.github.tess2.runtime.sampler;

import com.google.auto.service.AutoService;
import com.google.common.primitives.ImmutableIntArray;
import io.github.tess2.spi.MaskedSampler;
import io.github.tess2.spi.MaskedStep;
import io.github.tess2.spi.Option;
import io.github.tess2.spi.OptionValues;
import io.github.tess2.spi.Sampler;
import java.util.List;

/**
 * {@code confidence-threshold}, Fast-dLLM's parallel decoding (arXiv 2505.22618): each step keeps
 * all tokens whose probabilities reach a threshold, and always the most probable one. So the number
 * of passes depends on how hard an answer is and is at most one per token; the number of steps is a
 * limit.
 *
 * @param threshold a probability
 * @param blockLength positions per block, decided from left to right; 0 for a single block
 */
@AutoService(Sampler.class)
public record ThresholdSampler(double threshold, int blockLength) implements MaskedSampler {
  private static final double DEFAULT = 0.9;
  private static final Option<Double> THRESHOLD =
      Option.number("threshold", 0, 1, "the least probability at which a token is kept")
          .or(DEFAULT);

  /** Uses Fast-dLLM's threshold and a single block. */
  public ThresholdSampler() {
    this(DEFAULT, 0);
  }

  @Override
  public String name() {
    return "confidence-threshold";
  }

  @Override
  public List<Option<?>> options() {
    return List.of(THRESHOLD, Blocks.LENGTH);
  }

  @Override
  public Sampler create(OptionValues options) {
    return new ThresholdSampler(options.get(THRESHOLD), options.get(Blocks.LENGTH));
  }

  @Override
  public ImmutableIntArray commit(MaskedStep step) {
    int first = step.open().get(0);
    int end = blockLength == 0 ? step.rows() : first - first % blockLength + blockLength;
    int sure =
        (int)
            step.open().stream()
                .filter(row -> row < end && step.probability(row) >= threshold)
                .count();
    return Surest.of(step.open(), end, Math.max(sure, 1), step::probability);
  }
}
