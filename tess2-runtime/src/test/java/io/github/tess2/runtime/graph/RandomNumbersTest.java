package io.github.tess2.runtime.graph;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.common.io.Resources;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.tess2.runtime.engine.EngineStart;
import io.github.tess2.runtime.generation.RandomSeeds;
import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tests the random numbers of rows: their values (random.json, make_random_goldens.py), their
 * distribution, and what they depend on. Seeds are fixed, so the outcomes are too.
 */
@Tag("kernels")
class RandomNumbersTest {
  /** Difference between float32 and double precision for a logarithm, a root and a sine. */
  private static final double TOLERANCE = 2e-6;

  private static final int ROWS = 128;
  private static final int WIDTH = 8192;

  /** Standard deviations that a correct generator exceeds only once in 30,000 times. */
  private static final double DEVIATIONS = 4;

  /** The i/16 quantiles of the standard normal distribution, from scipy.stats.norm.ppf. */
  private static final double[] SIXTEENTHS = {
    -1.5341205,
    -1.1503494,
    -0.8871466,
    -0.6744898,
    -0.4887764,
    -0.3186394,
    -0.1573107,
    0,
    0.1573107,
    0.3186394,
    0.4887764,
    0.6744898,
    0.8871466,
    1.1503494,
    1.5341205
  };

  /** Chi-square with 15 degrees of freedom exceeds this once in 10,000 times. */
  private static final double CHI_SQUARE_15 = 44.26;

  private static Graph graph;
  private static NDManager manager;

  @BeforeAll
  static void open() {
    graph = Graph.load(Device.cpu(), LinearKernel.ATEN);
    manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
  }

  @AfterAll
  static void close() {
    manager.close();
    graph.close();
  }

  static Stream<JsonObject> definitions() throws IOException {
    JsonArray cases =
        JsonParser.parseString(
                Resources.toString(Resources.getResource("graph/random.json"), UTF_8))
            .getAsJsonArray();
    return cases.asList().stream().map(JsonElement::getAsJsonObject);
  }

  @ParameterizedTest
  @MethodSource("definitions")
  void numbers_ofAnyKey_areThoseOfTheDefinition(JsonObject definition) {
    long[] keys =
        definition.getAsJsonArray("keys").asList().stream()
            .mapToLong(JsonElement::getAsLong)
            .toArray();
    int width = definition.get("width").getAsInt();

    float[] found = draw(definition.get("kind").getAsString(), width, LongStream.of(keys));

    for (int r = 0; r < keys.length; r++) {
      JsonArray row = definition.getAsJsonArray("rows").get(r).getAsJsonArray();
      for (int c = 0; c < width; c++) {
        double expected = row.get(c).getAsDouble();
        assertThat((double) found[r * width + c])
            .as("key %s, column %s", keys[r], c)
            .isCloseTo(expected, within(TOLERANCE * Math.max(1, Math.abs(expected))));
      }
    }
  }

  @Test
  void normals_many_haveTheMomentsOfTheStandardNormalDistribution() {
    float[] x = draw("normals", WIDTH, keys(1, 0));

    assertMean(x, v -> v, 0, 1);
    assertMean(x, v -> v * v, 1, 2);
    assertMean(x, v -> v * v * v, 0, 15);
    assertMean(x, v -> v * v * v * v, 3, 96);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, WIDTH / 2})
  void normals_ofEitherHalfOfARow_fillEachSixteenthAlike(int from) {
    float[] x = draw("normals", WIDTH, keys(2, 0));
    double[] counts = new double[16];
    for (int i = 0; i < x.length; i++) {
      if (i % WIDTH / (WIDTH / 2) == from / (WIDTH / 2)) {
        int place = Arrays.binarySearch(SIXTEENTHS, x[i]);
        counts[place < 0 ? -place - 1 : place]++;
      }
    }

    assertThat(chiSquare(counts)).isLessThan(CHI_SQUARE_15);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, WIDTH / 2})
  void uniforms_ofEitherHalfOfARow_fillEachSixteenthAlike(int from) {
    float[] x = draw("uniforms", WIDTH, keys(3, 0));
    double[] counts = new double[16];
    for (int i = 0; i < x.length; i++) {
      assertThat(x[i]).isGreaterThan(0).isLessThan(1);
      if (i % WIDTH / (WIDTH / 2) == from / (WIDTH / 2)) {
        counts[(int) (16 * x[i])]++;
      }
    }

    assertThat(chiSquare(counts)).isLessThan(CHI_SQUARE_15);
  }

  @Test
  void uniforms_ofTheFirstTry_haveNoBiasInTheirLastBits() {
    // Few columns for many rows, as for the eight tries of a draw.
    float[] x = draw("uniforms", 8, LongStream.range(0, 20_000).map(row -> key(4, 0, row)));
    double[] counts = new double[16];
    for (float u : x) {
      counts[(int) (u * (1 << 20)) % 16]++;
    }

    assertThat(chiSquare(counts)).isLessThan(CHI_SQUARE_15);
  }

  @Test
  void gumbel_many_haveItsMeanAndVariance() {
    float[] x = draw("gumbel", WIDTH, keys(5, 0));
    double gamma = 0.5772156649015329;
    double variance = Math.PI * Math.PI / 6;

    assertMean(x, v -> v, gamma, variance);
    // The fourth central moment is 5.4 variances squared.
    assertMean(x, v -> (v - gamma) * (v - gamma), variance, 4.4 * variance * variance);
  }

  @Test
  void normals_ofNeighboringSeedsStepsAndRows_areUncorrelated() {
    float[] x = draw("normals", WIDTH, keys(6, 0));
    float[] nextSeed = draw("normals", WIDTH, keys(7, 0));
    float[] nextStep = draw("normals", WIDTH, keys(6, 1));
    float[] nextRow = rotated(x, WIDTH);

    assertUncorrelated(x, nextSeed);
    assertUncorrelated(x, nextStep);
    assertUncorrelated(x, nextRow);
  }

  @Test
  void normals_ofNeighboringColumnsAndOfOneLane_areUncorrelated() {
    float[] x = draw("normals", WIDTH, keys(8, 0));

    assertUncorrelated(x, rotated(x, 1));
    assertUncorrelated(x, rotated(x, 2));
    assertUncorrelated(x, rotated(x, WIDTH / 2));
  }

  @ParameterizedTest
  @ValueSource(strings = {"normals", "uniforms", "gumbel"})
  void numbers_ofARow_dependOnItsKeyOnly(String kind) {
    // More columns than are processed at once.
    int width = 20_001;
    long[] keys = LongStream.range(0, 11).map(row -> key(9, 0, row)).toArray();
    float[] together = draw(kind, width, LongStream.of(keys));

    for (int row : new int[] {0, 5, 6, 10}) {
      assertThat(draw(kind, width, LongStream.of(keys[row])))
          .containsExactly(Arrays.copyOfRange(together, row * width, (row + 1) * width));
    }
    assertThat(draw(kind, width, LongStream.of(keys).skip(3)))
        .containsExactly(Arrays.copyOfRange(together, 3 * width, together.length));
  }

  @Test
  void numbers_ofNoRows_areNone() {
    assertThat(draw("normals", 5, LongStream.empty())).isEmpty();
  }

  @Test
  void numbers_whenDrawn_leaveTheProcessesGeneratorAsItWas() {
    EngineStart.engine().setRandomSeed(1);
    float[] undisturbed = manager.randomNormal(new Shape(9)).toFloatArray();

    EngineStart.engine().setRandomSeed(1);
    draw("normals", WIDTH, keys(10, 0));
    draw("uniforms", WIDTH, keys(10, 0));
    draw("gumbel", WIDTH, keys(10, 0));

    assertThat(manager.randomNormal(new Shape(9)).toFloatArray()).containsExactly(undisturbed);
  }

  private static LongStream keys(long seed, long step) {
    return RandomSeeds.rows(seed, RandomSeeds.NOISE, step, 0, ROWS);
  }

  private static long key(long seed, long step, long row) {
    return RandomSeeds.of(seed, RandomSeeds.NOISE, step, row);
  }

  private static float[] draw(String kind, int width, LongStream keys) {
    try (NDManager scope = manager.newSubManager()) {
      NDArray like = scope.zeros(new Shape(1));
      RandomKind wanted = RandomKind.valueOf(kind.toUpperCase(Locale.ROOT));
      return graph.random(scope, wanted, like, width, keys).toFloatArray();
    }
  }

  /** For each number, the one that precedes it by a distance. */
  private static float[] rotated(float[] x, int by) {
    float[] out = new float[x.length];
    for (int i = 0; i < x.length; i++) {
      out[(i + by) % x.length] = x[i];
    }
    return out;
  }

  private static void assertMean(
      float[] x, DoubleUnaryOperator of, double expected, double variance) {
    double sum = 0;
    for (float v : x) {
      sum += of.applyAsDouble(v);
    }
    double deviation = Math.sqrt(variance / x.length);
    assertThat(sum / x.length).isCloseTo(expected, within(DEVIATIONS * deviation));
  }

  /**
   * Checks both the numbers and their squares, because the pairs of the Box-Muller method share a
   * radius.
   */
  private static void assertUncorrelated(float[] x, float[] y) {
    double products = 0;
    double squares = 0;
    for (int i = 0; i < x.length; i++) {
      products += x[i] * y[i];
      squares += (x[i] * x[i] - 1.0) * (y[i] * y[i] - 1.0);
    }
    assertThat(products / Math.sqrt(x.length)).isBetween(-DEVIATIONS, DEVIATIONS);
    assertThat(squares / 2 / Math.sqrt(x.length)).isBetween(-DEVIATIONS, DEVIATIONS);
  }

  private static double chiSquare(double[] counts) {
    double expected = Arrays.stream(counts).sum() / counts.length;
    return Arrays.stream(counts).map(n -> (n - expected) * (n - expected) / expected).sum();
  }
}
