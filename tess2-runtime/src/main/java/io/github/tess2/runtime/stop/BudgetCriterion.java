package io.github.tess2.runtime.stop;

import com.google.auto.service.AutoService;
import io.github.tess2.spi.Option;
import io.github.tess2.spi.OptionValues;
import io.github.tess2.spi.StoppingCriterion;
import io.github.tess2.spi.StoppingCriterionProvider;
import java.util.List;
import java.util.Optional;

/** {@code budget}: ends a request after a number of steps or seconds, with the answer so far. */
@AutoService(StoppingCriterionProvider.class)
public final class BudgetCriterion implements StoppingCriterionProvider {
  private static final double NANOS = 1e9;

  private static final Option<Optional<Integer>> STEPS =
      Option.integer("steps", 1, Integer.MAX_VALUE, "steps to run at most").optional("no limit");
  private static final Option<Optional<Double>> SECONDS =
      Option.number(
              "seconds",
              0,
              Double.MAX_VALUE,
              "time since the first step began, after which no further step is run")
          .optional("no limit");

  @Override
  public String name() {
    return "budget";
  }

  @Override
  public List<Option<?>> options() {
    return List.of(STEPS, SECONDS);
  }

  @Override
  public StoppingCriterion create(OptionValues options) {
    Optional<Integer> steps = options.get(STEPS);
    Optional<Double> seconds = options.get(SECONDS);
    if (steps.isEmpty() && seconds.isEmpty()) {
      throw new IllegalArgumentException(
          "stopping criterion \"budget\" needs one of the options steps and seconds, but has"
              + " neither");
    }
    int mostSteps = steps.orElse(Integer.MAX_VALUE);
    double mostSeconds = seconds.orElse(Double.MAX_VALUE);
    return request ->
        prediction ->
            prediction.steps() >= mostSteps || prediction.spent().toNanos() / NANOS >= mostSeconds
                ? StoppingCriterion.Verdict.STOP
                : StoppingCriterion.Verdict.CONTINUE;
  }
}
