package io.github.tess2.runtime.graph;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.tess2.Precision;
import io.github.tess2.runtime.engine.EngineStart;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The chosen kernel keeps rows independent, tested with rows and counts that the choice itself does
 * not try.
 */
@Tag("kernels")
class KernelChoiceTest {
  @BeforeAll
  static void start() {
    EngineStart.engine();
  }

  @ParameterizedTest
  @CsvSource({
    "16, 16",
    "17, 33",
    "64, 64",
    "300, 1000",
    "1000, 300",
    "768, 768",
    "256, 1024",
    "64, 4096"
  })
  void load_inFloat32_givesAKernelThatKeepsRowsApart(int out, int in) {
    ProductShape shape = new ProductShape(out, in, false);
    try (Graph graph = KernelChoice.load(Device.cpu(), Precision.FP32, List.of(shape));
        NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
      manager.getEngine().setRandomSeed(5);
      NDArray weight = manager.randomNormal(new Shape(out, in));
      NDArray x = manager.randomNormal(new Shape(150, in));
      float[] expected = graph.head(manager, x, weight).toFloatArray();
      for (int from : new int[] {0, 5, 77}) {
        for (int to = from + 1; to <= 150; to += 7) {
          NDArray y = graph.head(manager, graph.sliceRows(manager, x, from, to), weight);
          assertThat(y.toFloatArray())
              .as("rows %s to %s", from, to)
              .isEqualTo(Arrays.copyOfRange(expected, from * out, to * out));
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"FP32", "BF16", "FP16"})
  void blocks_anyPrecision_keepRowsApart(Precision precision) {
    try (Graph graph = Graph.load(Device.cpu(), LinearKernel.BLOCKS)) {
      assertThat(
              KernelChoice.keepsRowsApart(
                  graph, LinearKernel.BLOCKS, precision, new ProductShape(300, 1000, false)))
          .isTrue();
    }
  }
}
