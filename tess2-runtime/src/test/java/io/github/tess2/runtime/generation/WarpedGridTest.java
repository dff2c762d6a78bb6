package io.github.tess2.runtime.generation;

import static io.github.tess2.runtime.generation.OpenModel.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import io.github.tess2.GenerationRequest;
import io.github.tess2.Precision;
import io.github.tess2.runtime.Goldens;
import io.github.tess2.runtime.checkpoint.Checkpoint;
import io.github.tess2.runtime.generation.DeterminismTest.Outcome;
import io.github.tess2.runtime.model.DiffusionModel;
import io.github.tess2.runtime.model.TimeWarp;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Compares the times of a grid in a model with warped time with the oracle's warp of each step. */
class WarpedGridTest {
  private static final int TOTAL = 100;
  private static final Goldens.Case GOLDEN = Goldens.named("time-warp");
  private static final double[] WARPED = GOLDEN.doubles("warped/" + TOTAL);

  /** All different, so that the test can tell which one was used. */
  private static final double[] ALPHAS =
      IntStream.range(0, TOTAL).mapToDouble(i -> 1 - (i + 1) / 200.0).toArray();

  private static DiffusionModel model;
  private static TimeWarp warp;

  @BeforeAll
  static void open() {
    try (Checkpoint checkpoint = GOLDEN.openCheckpoint()) {
      model = DiffusionModel.load(checkpoint, Device.cpu(), Precision.FP32);
    }
    warp = model.warp();
  }

  @AfterAll
  static void close() {
    model.close();
  }

  private static AlphaBars at(double... times) {
    return new AlphaBars(
        ALPHAS,
        t -> {
          throw new AssertionError("the published code knows noise at whole steps alone");
        },
        times,
        warp);
  }

  @Test
  void time_wholeSteps_isThatOfTheUniformGrid() {
    AlphaBars made = at(0.9, 0.53, 0.2, 0);

    int[] steps = {0, 20, 53, 90};
    for (int step = 0; step < steps.length; step++) {
      assertThat(made.time(step)).isCloseTo(WARPED[steps[step]] / TOTAL, within(1e-6));
      assertThat(made.at(step)).isEqualTo(ALPHAS[(int) WARPED[steps[step]]]);
    }
  }

  @Test
  void time_betweenWholeSteps_liesBetweenTheirs() {
    AlphaBars made = at(0.805, 0.307, 0.0004);

    int[] below = {0, 30, 80};
    for (int step = 0; step < below.length; step++) {
      assertThat(made.time(step))
          .isGreaterThan(WARPED[below[step]] / TOTAL)
          .isLessThan(WARPED[below[step] + 1] / TOTAL);
      assertThat(made.at(step)).isEqualTo(ALPHAS[(int) (made.time(step) * TOTAL)]);
    }
  }

  /** There is no warp beyond the last whole step. */
  @Test
  void time_behindTheLastWholeStep_isThatOfIt() {
    assertThat(at(0.999, 0).time(1)).isCloseTo(WARPED[TOTAL - 1] / TOTAL, within(1e-6));
  }

  @Test
  void before_eachStep_isTheNoiseOfTheNext() {
    AlphaBars made = at(0.9, 0.53, 0.2, 0);

    for (int step = 1; step < made.total(); step++) {
      assertThat(made.before(step)).isEqualTo(made.at(step - 1));
    }
    assertThat(made.before(0)).isEqualTo(1);
  }

  @Test
  void generateAll_warpedModel_givesWhatEachGivesAlone() {
    try (OpenModel warped = new OpenModel("cdcd")) {
      List<GenerationRequest> requests =
          List.of(
              request(3).grid("information").build(),
              request(4).build(),
              request(5).grid("cosine").build(),
              request(6).grid("uniform").build());
      List<Outcome> alone = requests.stream().map(warped.lm::generate).map(Outcome::of).toList();

      assertThat(warped.lm.generateAll(requests)).map(Outcome::of).isEqualTo(alone);
      assertThat(Outcome.of(warped.lm.generate(request(4).grid("uniform").build())))
          .isEqualTo(alone.get(1));
      assertThat(Outcome.of(warped.lm.generate(request(4).grid("cosine").build())))
          .isNotEqualTo(alone.get(1));
    }
  }
}
