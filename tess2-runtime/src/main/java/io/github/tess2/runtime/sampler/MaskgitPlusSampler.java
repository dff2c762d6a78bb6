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
 * {@code maskgit-plus}, one of Dream's remaskings (arXiv 2508.15487): each step keeps the tokens
 * that are likeliest among those they were drawn from.
 *
 * @param topK of the likeliest tokens, from which a token is drawn; 0 for all
 * @param algTemp at 0 the surest positions are committed; above, positions are drawn in proportion
 *     to softmax(confidence / algTemp)
 * @param eps the time at which the schedule ends
 */
@AutoService(Sampler.class)
public record MaskgitPlusSampler(int topK, double algTemp, double eps) implements MaskedSampler {
  /** With Dream's own settings. */
  public MaskgitPlusSampler() {
    this(DreamOptions.DEFAULT);
  }

  private MaskgitPlusSampler(DreamOptions options) {
    this(options.topK(), options.algTemp(), options.eps());
  }

  private DreamOptions settings() {
    return new DreamOptions(topK, algTemp, eps);
  }

  @Override
  public String name() {
    return "maskgit-plus";
  }

  @Override
  public List<Option<?>> options() {
    return DreamOptions.ALL;
  }

  @Override
  public Sampler create(OptionValues options) {
    return new MaskgitPlusSampler(DreamOptions.of(options));
  }

  @Override
  public boolean commits(int step, int total, int rows, int open) {
    return settings().commits(step, total, open);
  }

  @Override
  public ImmutableIntArray commit(MaskedStep step) {
    return settings().commit(step, step::drawnFrom);
  }
}
