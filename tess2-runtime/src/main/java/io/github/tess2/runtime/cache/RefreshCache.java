package io.github.tess2.runtime.cache;

import com.google.auto.service.AutoService;
import io.github.tess2.spi.Option;
import io.github.tess2.spi.OptionValues;
import io.github.tess2.spi.PromptCache;
import io.github.tess2.spi.PromptCacheProvider;
import java.util.List;

/**
 * {@code refresh}: computes the whole sequence at the first pass and at every n-th pass after it.
 */
@AutoService(PromptCacheProvider.class)
public final class RefreshCache implements PromptCacheProvider {
  private static final Option<Integer> EVERY =
      Option.integer(
              "every",
              1,
              Integer.MAX_VALUE,
              "passes from one computation of the prompt to the next; 1 for every pass")
          .or(4);

  @Override
  public String name() {
    return "refresh";
  }

  @Override
  public List<Option<?>> options() {
    return List.of(EVERY);
  }

  @Override
  public PromptCache create(OptionValues options) {
    int every = options.get(EVERY);
    return request -> pass -> (pass - 1) % every == 0;
  }
}
