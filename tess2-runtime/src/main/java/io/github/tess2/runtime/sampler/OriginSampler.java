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
 * {@code origin}, Dream's plain reverse process (arXiv 2508.15487): each position keeps its token
 * with the same probability, the share of the remaining time that the step takes.
 *
 * @param topK how many of the likeliest tokens a token is drawn from; 0 for all
 * @param eps the time at which the schedule ends
 */
@AutoService(Sampler.class)
public record OriginSampler(int topK, double eps) implements MaskedSampler {
  /** Uses Dream's own settings. */
  public OriginSampler() {
    this(DreamOptions.DEFAULT.topK(), DreamOptions.DEFAULT.eps());
  }

  @Override
  public String name() {
    return "origin";
  }

  @Override
  public List<Option<?>> options() {
    return List.of(DreamOptions.TOP_K, DreamOptions.LAST_TIME);
  }

  @Override
  public Sampler create(OptionValues options) {
    return new OriginSampler(options.get(DreamOptions.TOP_K), options.get(DreamOptions.LAST_TIME));
  }

  @Override
  public ImmutableIntArray commit(MaskedStep step) {
    float share = new DreamSchedule(step.total(), eps).share(step.step());
    return ImmutableIntArray.copyOf(step.open().stream().filter(row -> step.uniform(row) < share));
  }
}
