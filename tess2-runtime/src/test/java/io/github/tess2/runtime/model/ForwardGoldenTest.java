package io.github.tess2.runtime.model;

import static io.github.tess2.runtime.Goldens.assertClose;
import static io.github.tess2.runtime.Goldens.assertCloseOverall;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.tess2.Precision;
import io.github.tess2.SelfConditioning;
import io.github.tess2.WeightFormat;
import io.github.tess2.runtime.Goldens;
import io.github.tess2.runtime.checkpoint.Checkpoint;
import io.github.tess2.runtime.graph.DeviceKernels;
import io.github.tess2.runtime.graph.KernelSet;
import io.github.tess2.runtime.graph.Kernels;
import io.github.tess2.runtime.graph.LinearKernel;
import io.github.tess2.runtime.graph.WeightKernel;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Compares one forward pass with the PyTorch oracle: every architecture, rope scaling, window, head
 * and weight format among the golden checkpoints. Tolerance: 1e-4 of the largest expected value in
 * float32; for bfloat16 against the oracle's float32, 2e-2 in the Euclidean norm (float16: 5e-3).
 */
@Tag("kernels")
class ForwardGoldenTest {
  private static final double TOLERANCE_BF16 = 2e-2;
  private static final double TOLERANCE_16_BIT_STREAM = 4e-2;
  private static final double TOLERANCE_FP16 = 5e-3;

  static Stream<Arguments> casesAndKernels() {
    return Goldens.ofKind("forward").stream()
        .flatMap(
            golden ->
                Arrays.stream(LinearKernel.values()).map(kernel -> Arguments.of(golden, kernel)));
  }

  static Stream<Arguments> whole() {
    return casesAndKernels().filter(one -> ((Goldens.Case) one.get()[0]).hasOutput("logits_all"));
  }

  static Stream<Goldens.Case> cases() {
    return Goldens.ofKind("forward").stream();
  }

  @ParameterizedTest
  @MethodSource("casesAndKernels")
  void embeddings_anyCheckpoint_equalTheOracles(Goldens.Case golden, LinearKernel kernel) {
    try (Pass pass = new Pass(golden, Precision.FP32, kernel)) {
      assertClose(
          "embeddings", pass.read(pass.inputs()), golden.output("embeddings"), tolerance(golden));
    }
  }

  /** Runs the kernels of a GPU, except its fused attention, on the CPU. */
  @ParameterizedTest
  @MethodSource("cases")
  void hiddenStates_ofTheKernelsOfAGpu_equalTheOracles(Goldens.Case golden) {
    try (Pass pass = new Pass(golden, Precision.FP32, LinearKernel.ATEN, DeviceKernels.CUDA)) {
      pass.assertStates();
      assertClose(
          "logits", pass.logits().toFloatArray(), golden.output("logits"), tolerance(golden));
    }
  }

  /** Between layers these keep 16 bits, as the published code does, so their error is larger. */
  @ParameterizedTest
  @MethodSource("cases")
  void logits_ofTheKernelsOfAGpuInBfloat16_areCloseToTheOracles(Goldens.Case golden) {
    assumeTrue(Kernels.compute(LinearKernel.ATEN, Precision.BF16));
    String rounded = "logits_of_bf16_weights";
    String expected = golden.hasOutput(rounded) ? rounded : "logits";
    try (Pass pass = new Pass(golden, Precision.BF16, LinearKernel.ATEN, DeviceKernels.CUDA)) {
      assertCloseOverall(
          "logits", pass.logits().toFloatArray(), golden.output(expected), TOLERANCE_16_BIT_STREAM);
    }
  }

  @ParameterizedTest
  @MethodSource("casesAndKernels")
  void hiddenStates_everyLayer_equalTheOracles(Goldens.Case golden, LinearKernel kernel) {
    try (Pass pass = new Pass(golden, Precision.FP32, kernel)) {
      pass.assertStates();
    }
  }

  @ParameterizedTest
  @MethodSource("casesAndKernels")
  void logits_inFloat32_equalTheOracles(Goldens.Case golden, LinearKernel kernel) {
    try (Pass pass = new Pass(golden, Precision.FP32, kernel)) {
      assertClose(
          "logits", pass.logits().toFloatArray(), golden.output("logits"), tolerance(golden));
    }
  }

  @ParameterizedTest
  @MethodSource("casesAndKernels")
  void logits_inBfloat16_areCloseToTheOracles(Goldens.Case golden, LinearKernel kernel) {
    assumeTrue(
        Kernels.compute(kernel, Precision.BF16),
        "this CPU has no product of bfloat16 matrices through " + kernel);
    // If the weights of a file are not in bfloat16, the oracle has rounded them. Otherwise the
    // tolerance would include the rounding of the weights, which is as large as that of the
    // computation.
    String rounded = "logits_of_bf16_weights";
    String expected = golden.hasOutput(rounded) ? rounded : "logits";
    try (Pass pass = new Pass(golden, Precision.BF16, kernel)) {
      assertCloseOverall(
          "logits", pass.logits().toFloatArray(), golden.output(expected), TOLERANCE_BF16);
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void logits_inFloat16_areCloseToTheOracles(Goldens.Case golden) {
    try (Pass pass = new Pass(golden, Precision.FP16, LinearKernel.ATEN)) {
      assertCloseOverall(
          "logits", pass.logits().toFloatArray(), golden.output("logits"), TOLERANCE_FP16);
    }
  }

  @ParameterizedTest
  @MethodSource("whole")
  void logits_ofAllPositions_areShiftedByOne(Goldens.Case golden, LinearKernel kernel) {
    try (Pass pass = new Pass(golden, Precision.FP32, kernel)) {
      int length = golden.integers("ids").length;
      NDArray rows = pass.scope.create(IntStream.range(-1, length - 1).asLongStream().toArray());
      NDArray hidden =
          pass.model.selectRows(pass.scope, pass.trace().get(pass.model.config().layers()), rows);
      assertClose(
          "logits of all positions",
          pass.model.logits(pass.scope, hidden).toFloatArray(),
          golden.output("logits_all"),
          tolerance(golden));
    }
  }

  private static double tolerance(Goldens.Case golden) {
    return golden.number("tolerance_relative");
  }

  /** One forward pass as a step runs it, and its tensors. */
  private static final class Pass implements AutoCloseable {
    final Goldens.Case golden;
    final DiffusionModel model;
    final NDManager scope;

    void assertStates() {
      NDList states = trace();
      int layers = model.config().layers();
      for (int i = 0; i < layers; i++) {
        String layer = "hidden/layer_" + i;
        assertClose(layer, read(states.get(i)), golden.output(layer), tolerance(golden));
      }
      assertClose(
          "final norm",
          read(states.get(layers)),
          golden.output("hidden/final_norm"),
          tolerance(golden));
    }

    Pass(Goldens.Case golden, Precision precision, LinearKernel kernel) {
      this(golden, precision, kernel, DeviceKernels.CPU);
    }

    Pass(Goldens.Case golden, Precision precision, LinearKernel kernel, DeviceKernels kernels) {
      this.golden = golden;
      try (Checkpoint checkpoint = golden.openCheckpoint()) {
        this.model =
            DiffusionModel.load(
                checkpoint,
                Device.cpu(),
                precision,
                WeightFormat.UNQUANTIZED,
                new KernelSet(kernel, kernels, WeightKernel.PLAIN));
      }
      this.scope = model.manager().newSubManager();
    }

    NDArray inputs() {
      int[] positions = golden.integers("generated_positions");
      Shape shape = new Shape(positions.length, model.config().vocabularySize());
      NDArray canvas =
          model.embed(
              scope,
              scope.create(golden.input("x"), shape),
              scope.create(golden.input("previous_logits"), shape),
              SelfConditioning.of(golden.text("self_condition")));
      float[] times = new float[positions.length];
      Arrays.fill(times, (float) golden.number("time"));
      return model.assemble(
          scope,
          scope.create(widened(golden.integers("ids"))),
          canvas,
          scope.create(widened(positions)),
          scope.create(times));
    }

    NDList trace() {
      int length = golden.integers("ids").length;
      return model.backbone().trace(scope, inputs(), new int[] {length});
    }

    NDArray logits() {
      int length = golden.integers("ids").length;
      long[] rows =
          Arrays.stream(golden.integers("generated_positions"))
              .mapToLong(position -> position - 1)
              .toArray();
      return model.logits(
          scope,
          model.backbone().decodeRows(scope, inputs(), new int[] {length}, scope.create(rows)));
    }

    float[] read(NDArray computed) {
      return model.graph().toFloat(scope, computed).toFloatArray();
    }

    private static long[] widened(int[] values) {
      return Arrays.stream(values).asLongStream().toArray();
    }

    @Override
    public void close() {
      model.close();
    }
  }
}
