package io.github.tess2.runtime.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.tess2.DeviceException;
import io.github.tess2.runtime.engine.NativeMemory;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class GraphTest {
  private Graph graph;
  private NDManager manager;

  @BeforeEach
  void open() {
    graph = Graph.load(Device.cpu(), LinearKernel.ATEN);
    manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
  }

  @AfterEach
  void close() {
    manager.close();
    graph.close();
  }

  @Test
  void call_methodThatFails_saysWhichAndWhy() {
    NDArray rows = manager.ones(new Shape(3, 2));

    assertThatThrownBy(() -> graph.call("slice_rows").tensor(rows).ints(1).one(manager))
        .isInstanceOf(DeviceException.class)
        .hasMessage(
            "slice_rows failed on the device: Error: Expected 2 elements in a list but found 1");
  }

  @Test
  void call_methodThatFails_leavesItsArgumentsToBeFreed() {
    long megabytes = 16;
    NativeMemory.assertSteady(
        10 * megabytes,
        () -> {
          try (NDManager scope = manager.newSubManager()) {
            NDArray large = scope.ones(new Shape(megabytes << 18));
            assertThatThrownBy(() -> graph.call("slice_rows").tensor(large).ints(1).one(scope))
                .isInstanceOf(DeviceException.class);
          }
        });
  }

  @Test
  void call_closedArgument_isRefused() {
    NDArray closed = manager.ones(new Shape(3, 2));
    closed.close();

    assertThatThrownBy(() -> graph.toFloat(manager, closed))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("has been released");
  }

  @Test
  void call_result_canTakePartInAGradient() {
    NDArray result = graph.toFloat(manager, manager.create(new double[] {1, 2}));

    result.setRequiresGradient(true);

    assertThat(result.hasGradient()).isTrue();
  }

  @Test
  void concatenate_severalParts_joinsTheirRowsInOrder() {
    NDArray first = manager.create(new float[] {1, 2}, new Shape(1, 2));
    NDArray second = manager.create(new float[] {3, 4, 5, 6}, new Shape(2, 2));

    NDArray joined = graph.concatenate(manager, List.of(first, second));

    assertThat(joined.toFloatArray()).containsExactly(1, 2, 3, 4, 5, 6);
  }
}
