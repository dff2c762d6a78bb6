package io.github.tess2.runtime.generation;

import static io.github.tess2.runtime.generation.OpenModel.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.tess2.GenerationListener;
import io.github.tess2.GenerationResult;
import io.github.tess2.PluginException;
import io.github.tess2.runtime.generation.DeterminismTest.Outcome;
import io.github.tess2.runtime.schedule.LinearSchedule;
import io.github.tess2.spi.NoiseSchedule;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests requests with step grids. */
class StepGridTest {
  private static OpenModel model;

  @BeforeAll
  static void open() {
    model = new OpenModel("mistral");
  }

  @AfterAll
  static void close() {
    model.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"linear", "squaredcos_improved_ddpm", "squaredcos_cap_v2"})
  void generate_uniformGrid_isWhatThereIsWithoutOne(String schedule) {
    for (int steps : new int[] {1, 3, 49}) {
      GenerationResult plain =
          model.lm.generate(request(3).noiseSchedule(schedule).steps(steps).build());
      GenerationResult uniform =
          model.lm.generate(
              request(3).noiseSchedule(schedule).steps(steps).grid("uniform").build());

      assertThat(Outcome.of(uniform)).isEqualTo(Outcome.of(plain));
    }
  }

  @Test
  void generate_gridOfAnotherNumberOfSteps_takesThoseAndTellsThem() {
    List<String> seen = new ArrayList<>();

    GenerationResult result =
        model.lm.generate(
            request(3).steps(4).grid(ignored -> new double[] {0.7, 0.31}).build(),
            step -> {
              seen.add(step.step() + "/" + step.total());
              return GenerationListener.Signal.CONTINUE;
            });

    assertThat(seen).containsExactly("1/2", "2/2");
    assertThat(result.steps()).isEqualTo(2);
  }

  /** Rows with the same step number but different noise must not be sampled in one call. */
  @Test
  void generateAll_otherGridsOfAsManySteps_giveWhatEachGivesAlone() {
    var requests =
        List.of(
            request(3).grid("information").build(),
            request(4).build(),
            request(5).grid("cosine").build(),
            request(6).grid("information:uniform=1").build());
    List<Outcome> alone = requests.stream().map(model.lm::generate).map(Outcome::of).toList();

    assertThat(model.lm.generateAll(requests)).map(Outcome::of).isEqualTo(alone);
  }

  @Test
  void generate_anotherGrid_isNotTheSame() {
    GenerationResult plain = model.lm.generate(request(3).build());
    GenerationResult cosine = model.lm.generate(request(3).grid("cosine").build());

    assertThat(cosine.confidence()).isNotEqualTo(plain.confidence());
  }

  @Test
  void generate_scheduleRisesBetweenItsSteps_isRefusedBeforeAnyWork() {
    NoiseSchedule rising =
        new NoiseSchedule() {
          @Override
          public String name() {
            return "rising";
          }

          @Override
          public double[] alphasCumprod(int steps) {
            return new LinearSchedule().alphasCumprod(steps);
          }

          @Override
          public DoubleUnaryOperator alphaBar(int steps) {
            return t -> 0.5 + t / 2;
          }
        };

    assertThatThrownBy(
            () -> model.lm.generate(request(3).noiseSchedule(rising).grid("cosine").build()))
        .isInstanceOf(PluginException.class)
        .hasMessageStartingWith("alphaBar of noise schedule \"rising\" must not rise with t, but");
  }

  @Test
  void alphaBars_uniformTimes_areThoseOfEachStepToTheLastBit() {
    for (int steps : new int[] {1, 2, 49, 1000}) {
      double[] alphas = new LinearSchedule().alphasCumprod(steps);
      AlphaBars plain = new AlphaBars(alphas, null);
      AlphaBars grid =
          new AlphaBars(
              alphas, new LinearSchedule().alphaBar(steps), AlphaBars.uniform(steps), null);
      for (int step = 0; step < steps; step++) {
        assertThat(plain.time(step)).isEqualTo((double) step / steps);
        assertThat(plain.at(step)).isEqualTo(alphas[step]);
        assertThat(plain.before(step)).isEqualTo(step == 0 ? 1 : alphas[step - 1]);
        assertThat(grid.time(step)).isEqualTo(plain.time(step));
        assertThat(grid.at(step)).isEqualTo(plain.at(step));
      }
    }
  }

  @Test
  void alphaBar_betweenTwoSteps_isTheirGeometricMean() {
    double[] alphas = new LinearSchedule().alphasCumprod(10);

    assertThat(new LinearSchedule().alphaBar(10).applyAsDouble(0.55))
        .isCloseTo(Math.sqrt(alphas[5] * alphas[6]), within(1e-15));
  }
}
