package io.github.tess2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import io.github.tess2.contract.NoiseScheduleContractTest;
import io.github.tess2.spi.NoiseSchedule;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.DoubleUnaryOperator;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.platform.testkit.engine.EngineTestKit;

/** The contract test of schedules detects each violation. */
class BrokenSchedulesTest {
  @Test
  void contract_scheduleTooShort_failsOnLength() {
    assertThat(failuresOf(TooShort.class)).contains("alphasCumprod_anySteps_hasOneValueForEach()");
  }

  @Test
  void contract_scheduleReachesZero_failsOnRange() {
    assertThat(failuresOf(ReachesZero.class))
        .containsExactly("alphasCumprod_anySteps_isAboveZeroAndAtMostOne()");
  }

  @Test
  void contract_scheduleWithNaN_failsOnRange() {
    assertThat(failuresOf(NotANumber.class))
        .contains("alphasCumprod_anySteps_isAboveZeroAndAtMostOne()");
  }

  @Test
  void contract_scheduleAboveOne_failsOnRange() {
    assertThat(failuresOf(AboveOne.class))
        .containsExactly("alphasCumprod_anySteps_isAboveZeroAndAtMostOne()");
  }

  @Test
  void contract_scheduleRises_failsOnOrder() {
    assertThat(failuresOf(Rises.class)).containsExactly("alphasCumprod_anySteps_neverRises()");
  }

  @Test
  void contract_scheduleWithMemory_failsOnRepetition() {
    assertThat(failuresOf(Drifts.class))
        .contains("alphasCumprod_calledAgain_givesTheSame()")
        .contains("alphasCumprod_onSeveralThreads_givesTheSame()");
  }

  @Test
  void contract_scheduleGivesItsOwnArray_failsOnOverwriting() {
    assertThat(failuresOf(SharesItsArray.class))
        .containsExactly("alphasCumprod_resultOverwritten_nextResultIsUntouched()");
  }

  @Test
  void contract_scheduleRisesBetweenItsSteps_failsOnAlphaBar() {
    assertThat(failuresOf(Climbs.class))
        .containsExactlyInAnyOrder(
            "alphaBar_atEachStep_isAlphasCumprod()", "alphaBar_anyTime_isAboveZeroAndNeverRises()");
  }

  @Test
  void contract_nameInUpperCase_failsOnName() {
    assertThat(failuresOf(UpperCase.class)).containsExactly("name_always_isWellFormed()");
  }

  /** The test methods that failed, without the lookup, because nothing here is registered. */
  private static List<String> failuresOf(Class<?> contract) {
    List<String> failures =
        EngineTestKit.engine("junit-jupiter")
            .selectors(selectClass(contract))
            .execute()
            .testEvents()
            .failed()
            .map(event -> event.getTestDescriptor().getDisplayName())
            .toList();
    assertThat(failures).contains("serviceLoader_byName_findsTheProvider()");
    return failures.stream()
        .filter(name -> !name.startsWith("serviceLoader_"))
        // By default it is derived from alphasCumprod, including that method's faults.
        .filter(name -> contract == Climbs.class || !name.startsWith("alphaBar_"))
        .toList();
  }

  abstract static class Broken extends NoiseScheduleContractTest {
    private final NoiseSchedule schedule;

    Broken(String name, IntFunction<double[]> values) {
      schedule =
          new NoiseSchedule() {
            @Override
            public String name() {
              return name;
            }

            @Override
            public double[] alphasCumprod(int steps) {
              return values.apply(steps);
            }
          };
    }

    static double[] filled(int length, double value) {
      double[] values = new double[length];
      Arrays.fill(values, value);
      return values;
    }

    static double[] ending(int steps, double first, double last) {
      double[] values = filled(steps, first);
      values[steps - 1] = last;
      return values;
    }

    @Override
    protected NoiseSchedule schedule() {
      return schedule;
    }
  }

  static class TooShort extends Broken {
    TooShort() {
      super("too-short", steps -> filled(Math.min(steps, 4999), 0.5));
    }
  }

  static class ReachesZero extends Broken {
    ReachesZero() {
      super("reaches-zero", steps -> ending(steps, 0.5, 0));
    }
  }

  static class NotANumber extends Broken {
    NotANumber() {
      super("not-a-number", steps -> filled(steps, Double.NaN));
    }
  }

  static class AboveOne extends Broken {
    AboveOne() {
      super("above-one", steps -> filled(steps, Math.nextUp(1.0)));
    }
  }

  static class Rises extends Broken {
    Rises() {
      super("rises", steps -> ending(steps, 0.5, Math.nextUp(0.5)));
    }
  }

  static class Drifts extends Broken {
    private static final AtomicInteger CALLS = new AtomicInteger();

    Drifts() {
      super("drifts", steps -> filled(steps, 1.0 / (1 + CALLS.incrementAndGet())));
    }
  }

  static class SharesItsArray extends Broken {
    private static final double[] HUNDRED = filled(100, 0.5);

    SharesItsArray() {
      super("shares-its-array", steps -> steps == 100 ? HUNDRED : filled(steps, 0.5));
    }
  }

  static class Climbs extends NoiseScheduleContractTest {
    @Override
    protected NoiseSchedule schedule() {
      return new NoiseSchedule() {
        @Override
        public String name() {
          return "climbs";
        }

        @Override
        public double[] alphasCumprod(int steps) {
          return Broken.filled(steps, 0.5);
        }

        @Override
        public DoubleUnaryOperator alphaBar(int steps) {
          return t -> (1 + t) / 2;
        }
      };
    }
  }

  static class UpperCase extends Broken {
    UpperCase() {
      super("UpperCase", steps -> filled(steps, 0.5));
    }
  }
}
