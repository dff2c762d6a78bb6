package io.github.tess2.runtime.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.tess2.DeviceException;
import io.github.tess2.Precision;
import io.github.tess2.WeightFormat;
import io.github.tess2.runtime.engine.EngineStart;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests kernels for quantized weights: the choice on this CPU, and its guarantees. */
class WeightKernelTest {
  private static final List<ProductShape> SHAPES =
      List.of(new ProductShape(300, 1000, false), new ProductShape(64, 48, false));

  @BeforeAll
  static void start() {
    EngineStart.engine();
  }

  private static Graph load(WeightFormat format) {
    return KernelChoice.load(List.of(Device.cpu()), Precision.FP32, format, SHAPES, SHAPES);
  }

  @Test
  void load_unquantized_takesPlainWeights() {
    try (Graph graph = load(WeightFormat.UNQUANTIZED)) {
      assertThat(graph.kernels().weights()).isEqualTo(WeightKernel.PLAIN);
    }
  }

  @Test
  void load_fp8OnACpu_isRefused() {
    assertThatExceptionOfType(DeviceException.class)
        .isThrownBy(() -> load(WeightFormat.FP8))
        .withMessage(
            "weights must be in a format that every device can multiply, but no kernel works on cpu"
                + " for: FP8");
  }

  /** The bits of a row are the same in every batch, and sums do not overflow with any kernel. */
  @ParameterizedTest
  @CsvSource({"300, 1000", "64, 48"})
  void product_inInt8_keepsRowsApartAndDoesNotOverflow(int out, int in) {
    try (Graph graph = load(WeightFormat.INT8);
        NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
      NDArray weight = numbers(manager, out, in, 7);
      NDArray x = numbers(manager, 150, in, 5);
      float[] whole = product(graph, manager, weight, x);
      for (int from : new int[] {0, 5, 77}) {
        for (int to = from + 1; to <= 150; to += 7) {
          NDArray rows = graph.sliceRows(manager, x, from, to);
          assertThat(product(graph, manager, weight, rows))
              .as("rows %s to %s", from, to)
              .isEqualTo(Arrays.copyOfRange(whole, from * out, to * out));
        }
      }
      float[] exact = x.matMul(weight.transpose()).toFloatArray();
      double error = 0;
      double size = 0;
      for (int i = 0; i < exact.length; i++) {
        error += Math.pow(exact[i] - whole[i], 2);
        size += Math.pow(exact[i], 2);
      }
      // Seven bits of activations and eight of weights.
      assertThat(Math.sqrt(error / size)).isLessThan(0.02);
    }
  }

  private static float[] product(Graph graph, NDManager manager, NDArray weight, NDArray x) {
    WeightCalls calls = graph.weights();
    WeightCalls.Quantized narrow = calls.quantize(manager, weight, DType.INT8);
    NDArray packed = calls.pack(manager, narrow.weight());
    return calls
        .product(manager, x, new WeightCalls.Quantized(packed, narrow.scale()))
        .toFloatArray();
  }

  /** All positive, so that every sum is as large as possible. */
  private static NDArray numbers(NDManager manager, int rows, int columns, int factor) {
    float[] numbers = new float[rows * columns];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = 1 + (i % 1009 * factor + i / 1009) % 97 / 97f;
    }
    return manager.create(numbers, new Shape(rows, columns));
  }
}
