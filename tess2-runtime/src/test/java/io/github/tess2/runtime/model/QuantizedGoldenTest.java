package io.github.tess2.runtime.model;

import static io.github.tess2.runtime.Goldens.assertClose;
import static io.github.tess2.runtime.Goldens.assertCloseOverall;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.tess2.Precision;
import io.github.tess2.SelfConditioning;
import io.github.tess2.WeightFormat;
import io.github.tess2.runtime.Goldens;
import io.github.tess2.runtime.checkpoint.Checkpoint;
import io.github.tess2.runtime.graph.Autograd;
import io.github.tess2.runtime.graph.DeviceKernels;
import io.github.tess2.runtime.graph.KernelSet;
import io.github.tess2.runtime.graph.Kernels;
import io.github.tess2.runtime.graph.LinearKernel;
import io.github.tess2.runtime.graph.RewardCalls;
import io.github.tess2.runtime.graph.WeightKernel;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Compares models with quantized weights with the oracle, whose layers do the rounding explicitly.
 * If activations are rounded too, one that lies between two values may be rounded the other way.
 * That changes the result by much less than rounding itself, so the tolerance is a fraction of the
 * rounding error.
 */
class QuantizedGoldenTest {
  private static final double ONE_ROUNDED_OTHERWISE = 3e-3;

  @ParameterizedTest
  @CsvSource({
    "forward-mistral-prefix, INT8, int8",
    "forward-llama-prefix, INT8, int8",
    "forward-mistral-prefix, FP8, fp8",
    "forward-llama-prefix, FP8, fp8"
  })
  void logits_ofDequantizedWeights_equalTheOracles(String name, WeightFormat format, String label) {
    Goldens.Case golden = Goldens.named(name);
    for (DeviceKernels layer : DeviceKernels.values()) {
      float[] actual = logits(golden, format, layer, WeightKernel.DEQUANTIZED);

      assertClose(
          "logits on " + layer, actual, golden.output("logits_" + label + "/weights"), 1e-4);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "forward-mistral-prefix, CPU, INT8_ONEDNN_7BIT, 63",
    "forward-llama-prefix, CPU, INT8_ONEDNN_7BIT, 63",
    "forward-mistral-prefix, CPU, INT8_ONEDNN, 127",
    "forward-llama-prefix, CPU, INT8_ONEDNN, 127",
    "forward-mistral-prefix, CUDA, INT8_CUDA, 127",
    "forward-llama-prefix, CUDA, INT8_CUDA, 127"
  })
  void logits_ofProductsOfIntegers_areTheOracles(
      String name, DeviceKernels layer, WeightKernel kernel, int largest) {
    assumeTrue(Kernels.multiply(kernel), "this CPU has no exact product " + kernel);
    Goldens.Case golden = Goldens.named(name);

    float[] actual = logits(golden, WeightFormat.INT8, layer, kernel);

    float[] expected = golden.output("logits_int8/" + largest);
    assertCloseOverall("logits", actual, expected, ONE_ROUNDED_OTHERWISE);
    assertThat(actual).isNotEqualTo(golden.output("logits_int8/weights"));
  }

  private static float[] logits(
      Goldens.Case golden, WeightFormat format, DeviceKernels layer, WeightKernel weights) {
    try (Checkpoint checkpoint = golden.openCheckpoint();
        DiffusionModel model =
            DiffusionModel.load(
                checkpoint,
                Device.cpu(),
                Precision.FP32,
                format,
                new KernelSet(LinearKernel.ATEN, layer, weights));
        NDManager scope = model.manager().newSubManager()) {
      int[] positions = golden.integers("generated_positions");
      Shape shape = new Shape(positions.length, model.config().vocabularySize());
      NDArray canvas =
          model.embed(
              scope,
              scope.create(golden.input("x"), shape),
              scope.create(golden.input("previous_logits"), shape),
              SelfConditioning.of(golden.text("self_condition")));
      long[] ids = Arrays.stream(golden.integers("ids")).asLongStream().toArray();
      double[] times = new double[positions.length];
      Arrays.fill(times, golden.number("time"));
      NDArray generated = scope.create(Arrays.stream(positions).asLongStream().toArray());
      NDArray inputs =
          model.assemble(scope, scope.create(ids), canvas, generated, scope.create(times));
      NDArray hidden =
          model.backbone().decodeRows(scope, inputs, new int[] {ids.length}, generated.sub(1));
      return model.logits(scope, hidden).toFloatArray();
    }
  }

  /** The value and gradient of a reward model, for any amount of activations kept. */
  @ParameterizedTest
  @ValueSource(longs = {0, 100_000, 1 << 24})
  void reward_inInt8_isCloseToTheOracles(long activationBytes) {
    Goldens.Case golden = Goldens.named("reward-simplex");
    int[] ids = golden.integers("ids");
    try (Checkpoint files = Checkpoint.open(Goldens.checkpoint("reward"));
        RewardNetwork network =
            RewardNetwork.load(
                files, List.of(Device.cpu()), Precision.FP32, WeightFormat.INT8, activationBytes);
        NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
      float[] all = golden.output("embeddings");
      NDArray embeddings = manager.create(all, new Shape(ids.length, all.length / ids.length));
      RewardNetwork.Rows rows =
          new RewardNetwork.Rows(
              manager.create(Arrays.stream(ids).asLongStream().toArray()),
              1,
              manager.create(LongStream.range(0, ids.length).toArray()),
              manager.create(new long[] {ids.length - 1}).reshape(1, 1));
      NDArray shares = manager.ones(new Shape(1, 1));
      double exact = golden.value("score_int8/weights", Double.class);

      float value =
          network.value(manager, network.prefix(manager), rows, embeddings, shares).getFloat();
      RewardCalls.Gradients found =
          Autograd.recording(
              () -> network.gradient(manager, network.prefix(manager), rows, embeddings, shares));

      assertThat((double) value).isCloseTo(exact, within(0.05 * Math.abs(exact) + 0.02));
      assertThat((double) found.values().getFloat())
          .isCloseTo(exact, within(0.05 * Math.abs(exact) + 0.02));
      assertCloseOverall(
          "gradient",
          found.embeddings().toFloatArray(),
          golden.output("gradient_int8/weights"),
          0.08);
      assertThat(network.weightBytes()).isCloseTo(expectedBytes(files), withinPercentage(1));
    }
  }

  /**
   * One byte for each weight of the layers' products and one scale for each row; four bytes for all
   * other weights.
   */
  private static long expectedBytes(Checkpoint files) {
    long bytes = 0;
    for (String name : files.names()) {
      long[] shape = files.tensor(name).info().shape();
      long count = files.tensor(name).info().elementCount();
      boolean quantized = name.contains("_proj");
      bytes += quantized ? count + 4 * shape[0] : 4 * count;
    }
    return bytes;
  }
}
