package io.github.tess2.runtime.sampler;

import com.google.auto.service.AutoService;
import io.github.tess2.spi.OptionValues;
import io.github.tess2.spi.Sampler;

/**
 * {@code entropy}, one of Dream's remasking strategies (arXiv 2508.15487): each step keeps the
 * tokens of the positions with the lowest entropy.
 *
 * @param topK how many of the likeliest tokens a token is drawn from; 0 for all
 * @param algTemp if 0, the most confident positions are committed; otherwise positions are drawn in
 *     proportion to softmax(confidence / algTemp)
 * @param eps the time at which the schedule ends
 */
@AutoService(Sampler.class)
public record EntropySampler(int topK, double algTemp, double eps) implements DreamRemasking {
  /** Uses Dream's own settings. */
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
