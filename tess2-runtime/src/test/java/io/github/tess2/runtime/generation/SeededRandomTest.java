package io.github.tess2.runtime.generation;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.common.collect.ImmutableList;
import com.google.common.primitives.ImmutableIntArray;
import io.github.tess2.runtime.Goldens;
import io.github.tess2.spi.Relaxation;
import io.github.tess2.spi.RewardGradient;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The noise of a row does not depend on the rows read together with it. */
class SeededRandomTest {
  private static final int CANVAS = 70;

  /** Not a multiple of any number of values that a generator may make at once. */
  private static final int WIDTH = 37;

  private static final int STEP = 3;
  private static final long SEED = 11;

  private static GuidedFixture fixture;
  private static RandomSource random;

  @BeforeAll
  static void open() {
    fixture = new GuidedFixture("mistral");
    random = new SeededRandom(fixture.model.graph(), fixture.model.backbone().embedding());
  }

  @AfterAll
  static void close() {
    fixture.close();
  }

  /** One of the three kinds of numbers. */
  private interface Kind {
    NDArray rows(NDManager manager, List<RandomSource.Rows> rows);
  }

  static Stream<Kind> kinds() {
    return Stream.of(
        (manager, rows) -> random.noise(manager, rows, STEP, WIDTH),
        (manager, rows) -> random.uniforms(manager, rows, STEP),
        (manager, rows) -> random.gumbel(manager, rows, STEP, 2, WIDTH));
  }

  private static RandomSource.Rows rows(int from, int to) {
    return new RandomSource.Rows(SEED, from, to);
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void rows_readFromAnywhere_areThoseOfTheWholeCanvas(Kind kind) {
    try (NDManager manager = fixture.manager.newSubManager()) {
      float[] all = kind.rows(manager, List.of(rows(0, CANVAS))).toFloatArray();
      int width = all.length / CANVAS;
      int[][] ranges = {{0, 5}, {5, 9}, {31, 33}, {32, 64}, {40, 41}, {1, 70}, {64, 70}, {69, 70}};
      for (int[] range : ranges) {
        NDArray some = kind.rows(manager, List.of(rows(range[0], range[1])));

        assertThat(some.toFloatArray())
            .as("rows %d to %d", range[0], range[1])
            .isEqualTo(Goldens.rows(all, width, range[0], range[1]));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void rows_ofSeveralRequests_areThoseOfEachAlone(Kind kind) {
    RandomSource.Rows other = new RandomSource.Rows(12, 3, 40);
    try (NDManager manager = fixture.manager.newSubManager()) {
      float[] together =
          kind.rows(manager, List.of(rows(30, 50), other, rows(0, 32))).toFloatArray();
      int width = together.length / (20 + 37 + 32);

      assertThat(Goldens.rows(together, width, 0, 20))
          .isEqualTo(kind.rows(manager, List.of(rows(30, 50))).toFloatArray());
      assertThat(Goldens.rows(together, width, 20, 57))
          .isEqualTo(kind.rows(manager, List.of(other)).toFloatArray());
      assertThat(Goldens.rows(together, width, 57, 89))
          .isEqualTo(kind.rows(manager, List.of(rows(0, 32))).toFloatArray());
    }
  }

  @Test
  void gradient_readRowByRow_isThatOfTheWhole() {
    int rows = 10;
    int width = fixture.model.config().vocabularySize();
    Layout layout =
        new Layout(
            ImmutableIntArray.copyOf(new int[rows + 1]),
            ImmutableIntArray.copyOf(IntStream.rangeClosed(1, rows).toArray()),
            false,
            ImmutableList.of(),
            ImmutableIntArray.of());
    RequestState request =
        fixture.request(
            layout,
            GuidedFixture.settings(4, 1),
            new SimplexStepper(fixture.model, fixture.tokenizer, random));
    float[] logits = new float[rows * width];
    Random numbers = new Random(1);
    for (int i = 0; i < logits.length; i++) {
      logits[i] = (float) numbers.nextGaussian();
    }
    GuidedLogits step = fixture.step(request, random, 32, logits);
    RewardGradient gradient =
        step.differentiate(
            input -> input.probabilitiesOf(7).squeeze(-1).sum(new int[] {1}),
            new Relaxation(1, true, false));

    float[] whole = gradient.of(step.logits(0, rows), 0, rows).toFloatArray();

    for (int row = 0; row < rows; row++) {
      assertThat(gradient.of(step.logits(row, row + 1), row, row + 1).toFloatArray())
          .as("row %d", row)
          .containsExactly(
              Goldens.rows(whole, width, row, row + 1),
              org.assertj.core.api.Assertions.within(1e-6f));
    }
  }
}
