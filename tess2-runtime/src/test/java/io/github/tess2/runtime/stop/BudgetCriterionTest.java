package io.github.tess2.runtime.stop;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.tess2.contract.StoppingCriterionContractTest;
import io.github.tess2.spi.PluginChoice;
import io.github.tess2.spi.StoppingCriterionProvider;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BudgetCriterionTest extends StoppingCriterionContractTest {
  @Override
  protected StoppingCriterionProvider provider() {
    return new BudgetCriterion();
  }

  @Override
  protected Map<String, ?> options() {
    return Map.of("steps", 3);
  }

  @Test
  void create_noLimit_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                PluginChoice.named("stopping criterion", StoppingCriterionProvider.class, "budget")
                    .plugin())
        .withMessage(
            "stopping criterion \"budget\" needs one of the options steps and seconds, but has"
                + " neither");
  }
}
