package io.github.tess2.runtime.sampler;

import com.google.auto.service.AutoService;
import io.github.tess2.spi.MaskedStep;
import io.github.tess2.spi.OptionValues;
import io.github.tess2.spi.Sampler;
import java.util.function.IntToDoubleFunction;

/**
 * {@code maskgit-plus}, one of Dream's remasking strategies (arXiv 2508.15487): each step keeps the
 * tokens with the greatest probabilities among the tokens they were drawn from.
 *
 * @param topK how many of the likeliest tokens a token is drawn from; 0 for all
 * @param algTemp if 0, the most confident positions are committed; otherwise positions are drawn in
 *     proportion to softmax(confidence / algTemp)
 * @param eps the time at which the schedule ends
 */
@AutoService(Sampler.class)
public record MaskgitPlusSampler(int topK, double algTemp, double eps) implements DreamRemasking {
  /** Uses Dream's own settings. */
  public MaskgitPlusSampler() {
    this(DreamOptions.DEFAULT);
  }

  private MaskgitPlusSampler(DreamOptions options) {
    this(options.topK(), options.algTemp(), options.eps());
  }

  @Override
  public String name() {
    return "maskgit-plus";
  }

  @Override
  public Sampler create(OptionValues options) {
    return new MaskgitPlusSampler(DreamOptions.of(options));
  }

  @Override
  public IntToDoubleFunction confidence(MaskedStep step) {
    return step::drawnFrom;
  }
}
