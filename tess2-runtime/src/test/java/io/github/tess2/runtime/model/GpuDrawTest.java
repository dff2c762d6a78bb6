package io.github.tess2.runtime.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.tess2.Precision;
import io.github.tess2.WeightFormat;
import io.github.tess2.runtime.Goldens;
import io.github.tess2.runtime.checkpoint.Checkpoint;
import io.github.tess2.runtime.graph.DeviceKernels;
import io.github.tess2.runtime.graph.KernelSet;
import io.github.tess2.runtime.graph.LinearKernel;
import io.github.tess2.runtime.graph.RandomKind;
import io.github.tess2.runtime.graph.WeightKernel;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tests the draw of GPUs, which never reads its result back. It draws many rows from one
 * distribution whose nucleus is known by construction.
 */
class GpuDrawTest {
  private static final int ROWS = 4096;

  /** Tokens 0 to 9 have 9.6 to 9.9 % each, tokens 10 to 19 have 0.25 % each. */
  private static final int LIKELY = 10;

  private static final int TOKENS = 20;
  private static final double RARE = 0.0025;

  private DiffusionModel model;

  @BeforeEach
  void open() {
    try (Checkpoint checkpoint = Checkpoint.open(Goldens.checkpoint("mistral"))) {
      model =
          DiffusionModel.load(
              checkpoint,
              Device.cpu(),
              Precision.FP32,
              WeightFormat.UNQUANTIZED,
              new KernelSet(LinearKernel.ATEN, DeviceKernels.CUDA, WeightKernel.PLAIN));
    }
  }

  @AfterEach
  void close() {
    model.close();
  }

  private static double share(int token) {
    if (token >= LIKELY) {
      return RARE;
    }
    return (1 - LIKELY * RARE) / LIKELY + (4.5 - token) * 0.0004;
  }

  private long[] draw(double topP, int rows) {
    try (NDManager scope = model.manager().newSubManager()) {
      float[] one = new float[TOKENS];
      for (int i = 0; i < TOKENS; i++) {
        one[i] = (float) Math.log(share(i));
      }
      NDArray logits = scope.create(one, new Shape(1, TOKENS)).repeat(0, rows);
      NDArray uniforms =
          model.graph().random(scope, RandomKind.UNIFORMS, logits, 8, LongStream.range(0, rows));
      return model.draw(scope, logits, uniforms, 1, topP).toLongArray();
    }
  }

  /** Above 0.97 rejected rows are drawn again; below it all are sorted. Tests few rows and many. */
  @ParameterizedTest
  @ValueSource(doubles = {0.98, 0.97, 0.9, 0.5})
  void draw_manyRows_keepsToTheNucleusAndItsShares(double topP) {
    long[] drawn = draw(topP, ROWS);

    double mass = 0;
    int last = 0;
    while (last < TOKENS && mass < topP) {
      mass += share(last++);
    }
    // Rare tokens are equally likely, so the nucleus contains all of them or none.
    int members = last > LIKELY ? TOKENS : last;
    double whole = 0;
    for (int token = 0; token < members; token++) {
      whole += share(token);
    }
    int[] counts = new int[TOKENS];
    for (long token : drawn) {
      counts[(int) token]++;
    }
    for (int token = 0; token < TOKENS; token++) {
      double expected = token < members ? share(token) / whole : 0;
      double deviation = Math.sqrt(expected * (1 - expected) / ROWS);
      assertThat(counts[token] / (double) ROWS)
          .as("share of token %d", token)
          .isCloseTo(expected, within(4.5 * deviation));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 31, 33, 200})
  void draw_anyNumberOfRows_givesEachRowWhatItGetsAmongMany(int rows) {
    long[] many = draw(0.97, ROWS);

    assertThat(draw(0.97, rows)).isEqualTo(LongStream.of(many).limit(rows).toArray());
  }
}
