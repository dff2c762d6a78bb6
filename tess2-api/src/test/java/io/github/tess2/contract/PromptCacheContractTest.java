package io.github.tess2.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.tess2.spi.PromptCache;
import io.github.tess2.spi.PromptCacheProvider;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What every {@link PromptCache} that is found by name must do. Inherit it and name its provider;
 * if the provider has required options, supply them too.
 */
public abstract class PromptCacheContractTest extends ProviderContractTest<PromptCache> {
  /** For the contract of a provider. */
  protected PromptCacheContractTest() {
    super(PromptCacheProvider.class, "prompt cache");
  }

  @Override
  protected abstract PromptCacheProvider provider();

  static List<DecodingCase> requests() {
    return DecodingCase.all();
  }

  private static List<Boolean> passes(PromptCache.Run run, int total) {
    return IntStream.rangeClosed(1, total).mapToObj(run::refreshes).toList();
  }

  @ParameterizedTest
  @MethodSource("requests")
  void refreshes_again_saysTheSame(DecodingCase request) {
    PromptCache.Run run = create().begin(request);
    List<Boolean> first = passes(run, request.total());

    assertThat(passes(run, request.total())).isEqualTo(first);
  }

  /** It is asked in advance, and only about passes that exist. */
  @ParameterizedTest
  @MethodSource("requests")
  void refreshes_inAnyOrder_saysTheSame(DecodingCase request) {
    List<Boolean> expected = passes(create().begin(request), request.total());
    PromptCache.Run run = create().begin(request);
    List<Integer> order =
        new ArrayList<>(IntStream.rangeClosed(1, request.total()).boxed().toList());
    Collections.shuffle(order, new Random(3));

    assertThat(order)
        .allSatisfy(pass -> assertThat(run.refreshes(pass)).isEqualTo(expected.get(pass - 1)));
  }

  /** It gives the same answer alone and in a batch. */
  @ParameterizedTest
  @MethodSource("requests")
  void begin_besideOthers_saysTheSame(DecodingCase request) {
    PromptCache cache = create();
    List<Boolean> alone = passes(cache.begin(request), request.total());
    PromptCache.Run run = cache.begin(request);
    for (DecodingCase other : requests()) {
      passes(cache.begin(other), other.total());
    }

    assertThat(passes(run, request.total())).isEqualTo(alone);
  }
}
