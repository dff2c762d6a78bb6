package io.github.tess2.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.tess2.spi.OptionValues;
import io.github.tess2.spi.StoppingCriterion;
import io.github.tess2.spi.StoppingCriterion.Verdict;
import io.github.tess2.spi.StoppingCriterionProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What every {@link StoppingCriterion} that is found by name must do. Inherit it and name its
 * provider; where the provider has required options, give them as well.
 */
public abstract class StoppingCriterionContractTest {
  /** Gives the provider under test. */
  protected abstract StoppingCriterionProvider provider();

  /** Gives options to try it with, none unless overridden. */
  protected Map<String, ?> options() {
    return Map.of();
  }

  static List<DecodingCase> runs() {
    return DecodingCase.all();
  }

  private StoppingCriterion criterion() {
    StoppingCriterionProvider provider = provider();
    String owner = "stopping criterion \"" + provider.name() + "\"";
    return provider.create(OptionValues.of(owner, provider.options(), options()));
  }

  private static List<Verdict> verdicts(StoppingCriterion.Run run, DecodingCase request) {
    List<Verdict> verdicts = new ArrayList<>();
    for (DecodingCase.Step step : request.steps()) {
      Verdict verdict = run.after(step);
      verdicts.add(verdict);
      if (verdict != Verdict.CONTINUE) {
        break;
      }
    }
    return verdicts;
  }

  @ParameterizedTest
  @MethodSource("runs")
  void after_anyStep_givesAVerdict(DecodingCase request) {
    assertThat(verdicts(criterion().begin(request), request)).doesNotContainNull();
  }

  @ParameterizedTest
  @MethodSource("runs")
  void begin_again_judgesAsTheFirstTime(DecodingCase request) {
    StoppingCriterion criterion = criterion();
    List<Verdict> first = verdicts(criterion.begin(request), request);

    assertThat(verdicts(criterion.begin(request), request)).isEqualTo(first);
  }

  @ParameterizedTest
  @MethodSource("runs")
  void after_whileAnotherRequestRuns_judgesAsAlone(DecodingCase request) {
    StoppingCriterion criterion = criterion();
    List<Verdict> alone = verdicts(criterion.begin(request), request);
    StoppingCriterion.Run other = criterion.begin(runs().get(2));
    StoppingCriterion.Run run = criterion.begin(request);
    List<Verdict> among = new ArrayList<>();
    for (int i = 0; i < alone.size(); i++) {
      other.after(runs().get(2).step(i + 1, 0, runs().get(2).rows()));
      among.add(run.after(request.steps().get(i)));
    }

    assertThat(among).isEqualTo(alone);
  }

  @Test
  void options_always_sayWhatTheyMean() {
    PluginChecks.optionsSayWhatTheyMean(provider());
    PluginChecks.optionsHaveDistinctNames(provider());
  }

  @Test
  void name_always_isWellFormed() {
    PluginChecks.nameIsWellFormed(provider());
  }

  @Test
  void serviceLoader_byName_findsTheProvider() {
    PluginChecks.isFoundByName(StoppingCriterionProvider.class, provider());
  }
}
