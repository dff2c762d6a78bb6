package io.github.tess2.runtime.graph;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("kernels")
class LinearKernelTest {
  /** Small whole numbers, so that sums are exact in any order. */
  @ParameterizedTest
  @CsvSource({
    "ATEN, 3, 20, 7",
    "ATEN, 16500, 2, 3",
    "ATEN, 2, 16500, 3",
    "ONEDNN, 3, 20, 7",
    "ONEDNN, 16500, 2, 3",
    "ONEDNN, 2, 16500, 3",
    "ONEDNN, 8200, 8200, 2",
    "BLOCKS, 3, 20, 7",
    "BLOCKS, 3, 20, 16",
    "BLOCKS, 2, 16500, 33"
  })
  void product_anyShape_isThatOfRowsAndWeights(LinearKernel kernel, int out, int in, int rows) {
    int[] x = numbers(rows * in, 7);
    int[] weight = numbers(out * in, 5);
    try (Graph graph = Graph.load(Device.cpu(), kernel);
        NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
      NDArray y =
          graph.head(manager, matrix(manager, x, rows, in), matrix(manager, weight, out, in));

      assertThat(y.getShape()).isEqualTo(new Shape(rows, out));
      float[] found = y.toFloatArray();
      for (int r = 0; r < rows; r++) {
        for (int o : new int[] {0, 1, out / 2, out - 2, out - 1}) {
          long sum = 0;
          for (int i = 0; i < in; i++) {
            sum += (long) x[r * in + i] * weight[o * in + i];
          }
          assertThat(found[r * out + o]).as("row %s, output %s", r, o).isEqualTo((float) sum);
        }
      }
    }
  }

  private static NDArray matrix(NDManager manager, int[] numbers, int rows, int columns) {
    float[] floats = new float[numbers.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = numbers[i];
    }
    return manager.create(floats, new Shape(rows, columns));
  }

  private static int[] numbers(int count, int factor) {
    int[] numbers = new int[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = (i % 1009 * factor + i / 1009) % 9 - 4;
    }
    return numbers;
  }
}
