package io.github.tess2.runtime.sampler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.github.tess2.contract.SamplerContractTest;
import io.github.tess2.runtime.engine.EngineStart;
import io.github.tess2.spi.Sampler;
import io.github.tess2.spi.SamplerInput;
import io.github.tess2.spi.SamplerStep;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.testkit.engine.EngineTestKit;

/** The contract test of samplers detects each violation, and passes a correct sampler. */
class BrokenSamplersTest {
  @Test
  void contract_soundTokens_findsNothing() {
    assertThat(failuresOf(SoundTokens.class)).isEmpty();
  }

  @Test
  void contract_soundSimplex_findsNothing() {
    assertThat(failuresOf(SoundSimplex.class)).isEmpty();
  }

  @Test
  void contract_oneIdForAllRows_failsOnShape() {
    assertThat(failuresOf(OneId.class)).contains("step_atAnyPoint_givesAStateOfTheRightShape");
  }

  @Test
  void contract_idsOfAnotherType_failsOnType() {
    assertThat(failuresOf(IntIds.class))
        .containsExactly("step_atAnyPoint_givesAStateOfTheRightType");
  }

  @Test
  void contract_idBehindTheVocabulary_failsOnRange() {
    assertThat(failuresOf(IdsTooLarge.class))
        .containsExactly("step_atAnyPoint_givesTokensOrFiniteNumbers");
  }

  @Test
  void contract_dividesByNoNoise_failsOnFiniteness() {
    assertThat(failuresOf(DividesByZero.class))
        .contains("step_atAnyPoint_givesTokensOrFiniteNumbers");
  }

  @Test
  void contract_rowsMixed_failsOnRows() {
    assertThat(failuresOf(MixesRows.class)).containsExactly("step_rowByRow_givesTheRowsOfTheWhole");
  }

  @Test
  void contract_ownRandomness_failsOnRepetition() {
    assertThat(failuresOf(OwnRandomness.class)).contains("step_afterOtherSteps_givesTheSameState");
  }

  @Test
  void contract_memoryOfEarlierCalls_failsOnRepetitionAndThreads() {
    assertThat(failuresOf(Remembers.class))
        .contains(
            "step_afterOtherSteps_givesTheSameState", "step_onSeveralThreads_givesTheSameState");
  }

  @Test
  void contract_logitsOverwritten_failsOnInput() {
    assertThat(failuresOf(OverwritesLogits.class))
        .containsExactly("step_atAnyPoint_leavesItsInputOpenAndUnchanged");
  }

  @Test
  void contract_simplexOverwritten_failsOnInput() {
    assertThat(failuresOf(OverwritesSimplex.class))
        .containsExactly("step_atAnyPoint_leavesItsInputOpenAndUnchanged");
  }

  @Test
  void contract_logitsClosed_failsOnInput() {
    assertThat(failuresOf(ClosesLogits.class))
        .containsExactly("step_atAnyPoint_leavesItsInputOpenAndUnchanged");
  }

  @Test
  void contract_stateElsewhere_failsOnOwnerAndLeak() {
    assertThat(failuresOf(StateElsewhere.class))
        .containsExactlyInAnyOrder(
            "step_atAnyPoint_givesAStateOfTheInputsManager",
            "step_inputsManagerClosed_leavesNothingBehind");
  }

  @Test
  void contract_intermediateElsewhere_failsOnLeak() {
    assertThat(failuresOf(IntermediateElsewhere.class))
        .containsExactly("step_inputsManagerClosed_leavesNothingBehind");
  }

  /** The test methods that failed, without the lookup, because nothing here is registered. */
  private static Set<String> failuresOf(Class<?> contract) {
    Set<String> failures =
        EngineTestKit.engine("junit-jupiter")
            .selectors(selectClass(contract))
            .execute()
            .testEvents()
            .failed()
            .map(event -> event.getTestDescriptor().getSource().orElseThrow())
            .map(source -> ((MethodSource) source).getMethodName())
            .collect(Collectors.toSet());
    assertThat(failures).contains("serviceLoader_byName_findsTheProvider");
    failures.remove("serviceLoader_byName_findsTheProvider");
    return failures;
  }

  abstract static class Tried extends SamplerContractTest {
    private final Function<SamplerInput, SamplerStep> step;

    Tried(Function<SamplerInput, SamplerStep> step) {
      this.step = step;
    }

    @Override
    protected NDManager newManager() {
      return EngineStart.engine().newBaseManager();
    }

    @Override
    protected Sampler sampler() {
      return new Sampler() {
        @Override
        public String name() {
          return "tried";
        }

        @Override
        public SamplerStep step(SamplerInput input) {
          return step.apply(input);
        }
      };
    }
  }

  private static SamplerStep tokens(NDArray ids) {
    return new SamplerStep.Tokens(ids);
  }

  private static SamplerStep simplex(NDArray x) {
    return new SamplerStep.Simplex(x);
  }

  static class SoundTokens extends Tried {
    SoundTokens() {
      super(input -> tokens(input.drawTokens()));
    }
  }

  static class SoundSimplex extends Tried {
    SoundSimplex() {
      super(input -> simplex(input.logits().softmax(-1).mul(input.simplexValue())));
    }
  }

  static class OneId extends Tried {
    OneId() {
      super(input -> tokens(input.drawTokens().get("0:1")));
    }
  }

  static class IntIds extends Tried {
    IntIds() {
      super(input -> tokens(input.drawTokens().toType(DataType.INT32, true)));
    }
  }

  static class IdsTooLarge extends Tried {
    IdsTooLarge() {
      super(input -> tokens(input.drawTokens().add(input.logits().getShape().get(1))));
    }
  }

  static class DividesByZero extends Tried {
    DividesByZero() {
      super(input -> simplex(input.noisySimplex().div(Math.sqrt(1 - input.alphaBar()))));
    }
  }

  static class MixesRows extends Tried {
    MixesRows() {
      super(input -> simplex(input.logits().sub(input.logits().mean(new int[] {0}))));
    }
  }

  static class OwnRandomness extends Tried {
    OwnRandomness() {
      super(input -> simplex(input.manager().randomNormal(input.logits().getShape())));
    }
  }

  static class Remembers extends Tried {
    private static final AtomicInteger CALLS = new AtomicInteger();

    Remembers() {
      super(input -> simplex(input.logits().mul(CALLS.incrementAndGet())));
    }
  }

  static class OverwritesLogits extends Tried {
    OverwritesLogits() {
      super(input -> simplex(input.logits().muli(2).duplicate()));
    }
  }

  static class OverwritesSimplex extends Tried {
    OverwritesSimplex() {
      super(input -> simplex(input.noisySimplex().addi(1).duplicate()));
    }
  }

  static class ClosesLogits extends Tried {
    ClosesLogits() {
      super(
          input -> {
            input.logits().close();
            return tokens(input.drawTokens());
          });
    }
  }

  static class StateElsewhere extends Tried {
    StateElsewhere() {
      super(
          input -> {
            NDManager parent = input.manager().getParentManager();
            NDArray ids = input.drawTokens().duplicate();
            ids.attach(parent);
            return tokens(ids);
          });
    }
  }

  static class IntermediateElsewhere extends Tried {
    IntermediateElsewhere() {
      super(
          input -> {
            input.logits().softmax(-1).attach(input.manager().getParentManager());
            return tokens(input.drawTokens());
          });
    }
  }
}
