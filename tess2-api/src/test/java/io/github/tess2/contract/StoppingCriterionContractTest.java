package io.github.tess2.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.tess2.spi.StoppingCriterion;
import io.github.tess2.spi.StoppingCriterion.Verdict;
import io.github.tess2.spi.StoppingCriterionProvider;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What every {@link StoppingCriterion} that is found by name must do. Inherit it and name its
 * provider; if the provider has required options, supply them too.
 */
public abstract class StoppingCriterionContractTest
    extends ProviderContractTest<StoppingCriterion> {
  /** For the contract of a provider. */
  protected StoppingCriterionContractTest() {
    super(StoppingCriterionProvider.class, "stopping criterion");
  }

  @Override
  protected abstract StoppingCriterionProvider provider();

  static List<DecodingCase> runs() {
    return DecodingCase.all();
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
    assertThat(verdicts(create().begin(request), request)).doesNotContainNull();
  }

  @ParameterizedTest
  @MethodSource("runs")
  void begin_again_judgesAsTheFirstTime(DecodingCase request) {
    StoppingCriterion criterion = create();
    List<Verdict> first = verdicts(criterion.begin(request), request);

    assertThat(verdicts(criterion.begin(request), request)).isEqualTo(first);
  }

  @ParameterizedTest
  @MethodSource("runs")
  void after_whileAnotherRequestRuns_judgesAsAlone(DecodingCase request) {
    StoppingCriterion criterion = create();
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
}
