package io.github.tess2.runtime.model;

import static io.github.tess2.runtime.Goldens.assertClose;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.tess2.Precision;
import io.github.tess2.SelfConditioning;
import io.github.tess2.WeightFormat;
import io.github.tess2.runtime.Goldens;
import io.github.tess2.runtime.checkpoint.Checkpoint;
import io.github.tess2.runtime.graph.DeviceKernels;
import io.github.tess2.runtime.graph.KernelSet;
import io.github.tess2.runtime.graph.LinearKernel;
import io.github.tess2.runtime.graph.WeightKernel;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Compares how the last prediction is mixed into the input with the PyTorch oracle; tolerance 1e-4.
 */
class SelfConditioningGoldenTest {
  static Stream<Arguments> casesAndKernels() {
    List<Goldens.Case> cases = Goldens.ofKind("self-conditioning");
    return Arrays.stream(LinearKernel.values())
        .flatMap(kernel -> cases.stream().map(golden -> Arguments.of(golden, kernel)));
  }

  @ParameterizedTest
  @MethodSource("casesAndKernels")
  void embeddings_withAPrediction_equalTheOracles(Goldens.Case golden, LinearKernel kernel) {
    try (Inputs inputs = new Inputs(golden, kernel)) {
      assertClose(
          "embeddings",
          inputs.embeddings(inputs.previous()),
          golden.output("embeddings"),
          golden.number("tolerance_relative"));
    }
  }

  @ParameterizedTest
  @MethodSource("casesAndKernels")
  void embeddings_atTheFirstStep_equalTheOracles(Goldens.Case golden, LinearKernel kernel) {
    // Without self-conditioning the first step is like any other.
    boolean none = !golden.hasOutput("first_step/embeddings");
    try (Inputs inputs = new Inputs(golden, kernel)) {
      assertClose(
          "embeddings",
          inputs.embeddings(null),
          golden.output(none ? "embeddings" : "first_step/embeddings"),
          golden.number("tolerance_relative"));
    }
  }

  /** The input of one forward pass. */
  private static final class Inputs implements AutoCloseable {
    private final Goldens.Case golden;
    private final DiffusionModel model;
    private final NDManager scope;
    private final SelfConditioning mode;
    private final Shape shape;

    Inputs(Goldens.Case golden, LinearKernel kernel) {
      this.golden = golden;
      try (Checkpoint checkpoint = golden.openCheckpoint()) {
        this.model =
            DiffusionModel.load(
                checkpoint,
                Device.cpu(),
                Precision.FP32,
                WeightFormat.UNQUANTIZED,
                new KernelSet(kernel, DeviceKernels.CPU, WeightKernel.PLAIN));
      }
      this.scope = model.manager().newSubManager();
      this.mode =
          golden.has("self_condition")
              ? SelfConditioning.of(golden.text("self_condition"))
              : SelfConditioning.NONE;
      this.shape =
          new Shape(golden.integers("generated_positions").length, model.config().vocabularySize());
    }

    NDArray previous() {
      if (golden.has("projected_tokens")) {
        return model.oneHot(scope, ids("projected_tokens"));
      }
      return mode == SelfConditioning.NONE
          ? scope.zeros(shape)
          : scope.create(golden.input("previous_logits"), shape);
    }

    float[] embeddings(@Nullable NDArray previous) {
      NDArray x = scope.create(golden.input("x"), shape);
      float[] times = new float[(int) shape.get(0)];
      Arrays.fill(times, (float) golden.number("time"));
      return model
          .assemble(
              scope,
              ids("ids"),
              model.embed(scope, x, previous, mode),
              ids("generated_positions"),
              scope.create(times))
          .toFloatArray();
    }

    private NDArray ids(String parameter) {
      return scope.create(Arrays.stream(golden.integers(parameter)).asLongStream().toArray());
    }

    @Override
    public void close() {
      model.close();
    }
  }
}
