package io.github.tess2.runtime.model;

import static io.github.tess2.runtime.Goldens.assertClose;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.tess2.CheckpointException;
import io.github.tess2.Precision;
import io.github.tess2.WeightFormat;
import io.github.tess2.runtime.MaskedGoldens;
import io.github.tess2.runtime.checkpoint.Checkpoint;
import io.github.tess2.runtime.graph.DeviceKernels;
import io.github.tess2.runtime.graph.KernelSet;
import io.github.tess2.runtime.graph.LinearKernel;
import io.github.tess2.runtime.graph.WeightKernel;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Compares logits of small LLaDA and Dream checkpoints with transformers' Llama and Qwen2 without
 * the causal mask: grouped queries, biases, tied heads, and the families' rotary bases.
 */
class MaskedForwardGoldenTest {
  static Stream<Arguments> checkpointsAndKernels() {
    return MaskedGoldens.CHECKPOINTS.stream()
        .flatMap(
            name -> Stream.of(DeviceKernels.values()).map(kernels -> Arguments.of(name, kernels)));
  }

  static List<String> checkpoints() {
    return MaskedGoldens.CHECKPOINTS;
  }

  @ParameterizedTest
  @MethodSource("checkpointsAndKernels")
  void logits_anyCheckpoint_equalTheOracles(String name, DeviceKernels kernels) {
    int[] ids = MaskedGoldens.forwardIds(name);
    KernelSet set = new KernelSet(LinearKernel.ATEN, kernels, WeightKernel.PLAIN);
    try (Checkpoint checkpoint = Checkpoint.open(MaskedGoldens.checkpoint(name));
        DiffusionModel model =
            DiffusionModel.load(
                checkpoint, Device.cpu(), Precision.FP32, WeightFormat.UNQUANTIZED, set);
        NDManager scope = model.manager().newSubManager()) {
      NDArray tokens = scope.create(Arrays.stream(ids).asLongStream().toArray());
      NDArray inputs = model.selectRows(scope, model.backbone().embedding(), tokens);
      boolean shifted = model.config().masked().orElseThrow().shifted();
      long[] rows =
          IntStream.range(0, ids.length)
              .mapToLong(row -> shifted ? Math.max(row - 1, 0) : row)
              .toArray();
      NDArray hidden =
          model.backbone().decodeRows(scope, inputs, new int[] {ids.length}, scope.create(rows));
      NDArray logits = model.logits(scope, hidden);
      assertClose(
          "logits",
          logits.toFloatArray(),
          MaskedGoldens.forwardLogits(name),
          MaskedGoldens.tolerance());
    }
  }

  @ParameterizedTest
  @MethodSource("checkpoints")
  void load_asLeftToRightModel_isRefused(String name) {
    try (Checkpoint checkpoint = Checkpoint.open(MaskedGoldens.checkpoint(name))) {
      assertThatThrownBy(() -> CausalModel.load(checkpoint, Device.cpu(), Precision.FP32))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining(
              "model_type must be that of a left-to-right language model, but is");
    }
  }
}
