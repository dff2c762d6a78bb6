package io.github.tess2.runtime.stop;

import com.google.auto.service.AutoService;
import com.google.common.primitives.ImmutableIntArray;
import io.github.tess2.spi.Option;
import io.github.tess2.spi.OptionValues;
import io.github.tess2.spi.Prediction;
import io.github.tess2.spi.StoppingCriterion;
import io.github.tess2.spi.StoppingCriterionProvider;
import java.util.List;

/**
 * {@code settled}, the rule of DiffusionGemma: the answer is done when its tokens have stayed the
 * same for some steps and their mean entropy is low. It ends with its end-of-sequence token: the
 * padding after that is certain and would hide what is not.
 */
@AutoService(StoppingCriterionProvider.class)
public final class SettledCriterion implements StoppingCriterionProvider {
  private static final Option<Integer> STEPS =
      Option.integer(
              "steps", 1, Integer.MAX_VALUE, "steps for which the tokens must have stayed the same")
          .or(1);
  private static final Option<Double> ENTROPY =
      Option.number("entropy", 0, Double.MAX_VALUE, "the greatest mean entropy, in nats").or(0.005);

  @Override
  public String name() {
    return "settled";
  }

  @Override
  public List<Option<?>> options() {
    return List.of(STEPS, ENTROPY);
  }

  @Override
  public StoppingCriterion create(OptionValues options) {
    int steps = options.get(STEPS);
    double entropy = options.get(ENTROPY);
    return request -> new Watch(steps, entropy);
  }

  private static final class Watch implements StoppingCriterion.Run {
    private final int steps;
    private final double most;
    private ImmutableIntArray last = ImmutableIntArray.of();
    private int unchanged;

    Watch(int steps, double most) {
      this.steps = steps;
      this.most = most;
    }

    @Override
    public StoppingCriterion.Verdict after(Prediction prediction) {
      ImmutableIntArray answer = prediction.tokenIds().subArray(0, prediction.answerRows());
      unchanged = answer.equals(last) && prediction.step() > 1 ? unchanged + 1 : 0;
      last = answer;
      double mean =
          prediction.entropies().subArray(0, answer.length()).stream().average().orElse(0);
      return unchanged >= steps && mean <= most
          ? StoppingCriterion.Verdict.SETTLED
          : StoppingCriterion.Verdict.CONTINUE;
    }
  }
}
