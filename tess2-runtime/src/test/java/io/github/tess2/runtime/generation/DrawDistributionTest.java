package io.github.tess2.runtime.generation;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import com.google.common.primitives.ImmutableIntArray;
import io.github.tess2.GenerationListener;
import io.github.tess2.SelfConditioning;
import io.github.tess2.runtime.sampler.SimplexDdpmSampler;
import io.github.tess2.runtime.schedule.LinearSchedule;
import io.github.tess2.spi.SamplerStep;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Compares the tokens that the sampler draws, with the runtime's random numbers, with the nucleus
 * computed here in double precision. No token is drawn outside the nucleus, and each inside it as
 * often as its probability says.
 */
class DrawDistributionTest {
  private static final int ROWS = 4000;
  private static final int SEEDS = 8;
  private static final int DRAWS = ROWS * SEEDS;

  /** A correct sampler fails once in a thousand times, but not with these seeds. */
  private static final double NORMAL_QUANTILE = 3.0902;

  private static final int LEAST_EXPECTED = 10;

  private static GuidedFixture fixture;
  private static int width;

  @BeforeAll
  static void open() {
    fixture = new GuidedFixture("mistral");
    width = fixture.model.config().vocabularySize();
  }

  @AfterAll
  static void close() {
    fixture.close();
  }

  static Stream<Arguments> settings() {
    return Stream.of(2.0, 0.3)
        .flatMap(
            spread ->
                Stream.of(1.0, 0.99, 0.9, 0.5, 0.05, 1e-9)
                    .flatMap(
                        topP ->
                            Stream.of(1.0, 0.4, 1.8)
                                .map(temperature -> Arguments.of(spread, topP, temperature))));
  }

  @ParameterizedTest(name = "spread {0}, top-p {1}, temperature {2}")
  @MethodSource("settings")
  void draws_manyTimes_followTheNucleus(double spread, double topP, double temperature) {
    float[] logits = logits(spread);
    double[] nucleus = nucleus(logits, topP, temperature);

    long[] counts = counts(draws(logits, topP, temperature));

    for (int token = 0; token < width; token++) {
      assertThat(nucleus[token] > 0 || counts[token] == 0)
          .as("token %d is in the nucleus, or never drawn", token)
          .isTrue();
    }
    assertThat(chiSquareExcess(counts, nucleus)).as("chi-square over its bound").isNegative();
  }

  @ParameterizedTest(name = "top-p {0} and temperature {1}, taken for {2} and {3}")
  @MethodSource("mistakes")
  void draws_againstAnotherNucleus_areRefused(
      double topP, double temperature, double otherTopP, double otherTemperature) {
    float[] logits = logits(2);

    long[] counts = counts(draws(logits, topP, temperature));

    assertThat(chiSquareExcess(counts, nucleus(logits, otherTopP, otherTemperature))).isPositive();
  }

  static Stream<Arguments> mistakes() {
    return Stream.of(
        Arguments.of(1.0, 1.0, 1.0, 1.05),
        Arguments.of(0.9, 1.0, 0.91, 1.0),
        Arguments.of(0.9, 1.0, 0.9, 1.05),
        Arguments.of(0.5, 1.8, 0.5, 1.0));
  }

  @Test
  void draws_ofNeighboringRows_areIndependent() {
    float[] logits = new float[width];
    Arrays.fill(logits, Float.NEGATIVE_INFINITY);
    for (int token = 0; token < 4; token++) {
      logits[token] = token * 0.3f;
    }
    double[] single = nucleus(logits, 1, 1);
    double[] expected = new double[16];
    long[] counts = new long[16];
    for (int i = 0; i < 16; i++) {
      expected[i] = single[i / 4] * single[i % 4];
    }

    long[] draws = draws(logits, 1, 1);
    for (int i = 0; i + 1 < draws.length; i += 2) {
      counts[(int) (4 * draws[i] + draws[i + 1])]++;
    }

    assertThat(chiSquareExcess(counts, expected)).isNegative();
  }

  @Test
  void draws_ofTheSameRowAtTwoSteps_areIndependent() {
    float[] logits = logits(0.3);
    NDManager manager = fixture.manager;
    long equal = 0;
    for (int seed = 0; seed < SEEDS; seed++) {
      long[] first = draw(manager, logits, 1, 1, seed, 3);
      long[] second = draw(manager, logits, 1, 1, seed, 2);
      equal += IntStream.range(0, ROWS).filter(i -> first[i] == second[i]).count();
    }
    double chance = Arrays.stream(nucleus(logits, 1, 1)).map(p -> p * p).sum();

    assertThat(
            chiSquareExcess(new long[] {equal, DRAWS - equal}, new double[] {chance, 1 - chance}))
        .isNegative();
  }

  /** Logits of one row, all different. */
  private static float[] logits(double spread) {
    Random random = new Random(3);
    float[] logits = new float[width];
    for (int i = 0; i < width; i++) {
      logits[i] = (float) (spread * random.nextGaussian());
    }
    return logits;
  }

  /** The probability of each token: the smallest set of likeliest ones that reaches top-p. */
  private static double[] nucleus(float[] logits, double topP, double temperature) {
    double[] probabilities = new double[logits.length];
    double sum = 0;
    for (int i = 0; i < logits.length; i++) {
      probabilities[i] = Math.exp(logits[i] / temperature);
      sum += probabilities[i];
    }
    List<Integer> likeliestFirst =
        IntStream.range(0, logits.length)
            .boxed()
            .sorted((a, b) -> Double.compare(probabilities[b], probabilities[a]))
            .toList();
    double[] nucleus = new double[logits.length];
    double mass = 0;
    for (int token : likeliestFirst) {
      if (mass >= topP * sum) {
        break;
      }
      nucleus[token] = probabilities[token];
      mass += probabilities[token];
    }
    for (int i = 0; i < nucleus.length; i++) {
      nucleus[i] /= mass;
    }
    return nucleus;
  }

  /** By how much Pearson's statistic exceeds its quantile. Rare tokens share a cell. */
  private static double chiSquareExcess(long[] counts, double[] probabilities) {
    long total = Arrays.stream(counts).sum();
    double statistic = 0;
    int cells = 0;
    double restExpected = 0;
    long restCount = 0;
    for (int i = 0; i < counts.length; i++) {
      double expected = probabilities[i] * total;
      if (expected < LEAST_EXPECTED) {
        restExpected += expected;
        restCount += counts[i];
      } else {
        statistic += Math.pow(counts[i] - expected, 2) / expected;
        cells++;
      }
    }
    if (restExpected >= LEAST_EXPECTED || (restExpected > 0 && cells == 1)) {
      statistic += Math.pow(restCount - restExpected, 2) / restExpected;
      cells++;
    }
    return statistic - quantile(Math.max(cells - 1, 1));
  }

  /** The quantile of the chi-square distribution, in the approximation of Wilson and Hilferty. */
  private static double quantile(int freedom) {
    double variance = 2.0 / (9 * freedom);
    return freedom * Math.pow(1 - variance + NORMAL_QUANTILE * Math.sqrt(variance), 3);
  }

  private static long[] counts(long[] draws) {
    long[] counts = new long[width];
    for (long draw : draws) {
      counts[(int) draw]++;
    }
    return counts;
  }

  private static long[] draws(float[] logits, double topP, double temperature) {
    long[] draws = new long[DRAWS];
    for (int seed = 0; seed < SEEDS; seed++) {
      try (NDManager manager = fixture.manager.newSubManager()) {
        long[] some = draw(manager, logits, topP, temperature, seed, 2);
        System.arraycopy(some, 0, draws, seed * ROWS, ROWS);
      }
    }
    return draws;
  }

  /** Calls the sampler once, with all rows of one request, which all have these logits. */
  private static long[] draw(
      NDManager manager, float[] logits, double topP, double temperature, long seed, int step) {
    ImmutableIntArray positions = ImmutableIntArray.copyOf(IntStream.range(1, ROWS + 1).toArray());
    Settings settings =
        Settings.builder()
            .steps(5)
            .temperature(temperature)
            .topP(topP)
            .greedy(false)
            .seed(seed)
            .schedule(new LinearSchedule())
            .sampler(new SimplexDdpmSampler())
            .selfConditioning(SelfConditioning.LOGITS_MEAN)
            .build();
    RequestState request =
        new RequestState(
            new Layout(
                ImmutableIntArray.copyOf(new int[ROWS + 1]),
                positions,
                false,
                ImmutableList.of(),
                ImmutableIntArray.of()),
            settings,
            new AlphaBars(Schedules.alphasCumprod(settings.schedule(), 5), null),
            GenerationListener.IGNORE,
            0);
    request.step = step;
    NDArray rows =
        manager.create(logits, new Shape(1, width)).broadcast(new Shape(ROWS, width)).duplicate();
    ChunkInput input =
        new ChunkInput(
            fixture.model,
            new SeededRandom(fixture.model.graph(), fixture.model.backbone().embedding()),
            new Chunk(List.of(new Chunk.Span(request, null, 0, ROWS)), 0),
            manager,
            rows);
    return ((SamplerStep.Tokens) settings.sampler().step(input)).ids().toLongArray();
  }
}
