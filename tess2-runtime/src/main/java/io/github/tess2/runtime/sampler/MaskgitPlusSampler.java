package io.github.tess2.runtime.sampler;

import com.google.auto.service.AutoService;
import io.github.tess2.spi.MaskedStep;
import io.github.tess2.spi.OptionValues;
import io.github.tess2.spi.Sampler;
import java.util.function.IntToDoubleFunction;

/**
 * {@code maskgit-plus}, one of Dream's remaskings (arXiv 2508.15487): each step keeps the tokens
 * that are likeliest among those they were drawn from.
 *
 * @param topK of the likeliest tokens, from which a token is drawn; 0 for all
 * @param algTemp at 0 the surest positions are committed; above, positions are drawn in proportion
 *     to softmax(confidence / algTemp)
 * @param eps the time at which the schedule ends
 */
@AutoService(Sampler.class)
public record MaskgitPlusSampler(int topK, double algTemp, double eps) implements DreamRemasking {
  /** With Dream's own settings. */
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
