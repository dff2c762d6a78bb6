package io.github.tess2.runtime.sampler;

import com.google.auto.service.AutoService;
import io.github.tess2.spi.OptionValues;
import io.github.tess2.spi.Sampler;

/**
 * {@code entropy}, one of Dream's remaskings (arXiv 2508.15487): each step keeps the tokens where
 * the entropy is least.
 *
 * @param topK of the likeliest tokens, from which a token is drawn; 0 for all
 * @param algTemp at 0 the surest positions are committed; above, positions are drawn in proportion
 *     to softmax(confidence / algTemp)
 * @param eps the time at which the schedule ends
 */
@AutoService(Sampler.class)
public record EntropySampler(int topK, double algTemp, double eps) implements DreamRemasking {
  /** With Dream's own settings. */
  public EntropySampler() {
    this(DreamOptions.DEFAULT);
  }

  private EntropySampler(DreamOptions options) {
    this(options.topK(), options.algTemp(), options.eps());
  }

  @Override
  public String name() {
    return "entropy";
  }

  @Override
  public Sampler create(OptionValues options) {
    return new EntropySampler(DreamOptions.of(options));
  }

  @Override
  public Measure measure() {
    return Measure.NEGATIVE_ENTROPY;
  }
}
