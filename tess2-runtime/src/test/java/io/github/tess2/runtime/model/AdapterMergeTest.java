package io.github.tess2.runtime.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.tess2.CheckpointException;
import io.github.tess2.Precision;
import io.github.tess2.WeightFormat;
import io.github.tess2.runtime.Goldens;
import io.github.tess2.runtime.checkpoint.Checkpoint;
import io.github.tess2.runtime.checkpoint.SafetensorsFile;
import io.github.tess2.runtime.engine.EngineStart;
import io.github.tess2.runtime.graph.Graph;
import io.github.tess2.runtime.graph.LinearKernel;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Compares merged adapters with PEFT's own merge (make_lora_goldens.py). Tolerance: 1e-6 of the
 * largest weight in float32; in bfloat16 half a step more.
 */
class AdapterMergeTest {
  private static final double LARGEST = 4;

  @ParameterizedTest
  @CsvSource({"adapter, 4", "patterns, 5", "wrapped, 7", "reward, 2"})
  void load_inFloat32_equalsPeftsMerge(String name, int adapted) {
    try (Checkpoint checkpoint = Checkpoint.open(folder(name))) {
      assertThat(checkpoint.adapted()).isEqualTo(adapted);
    }
    forEachWeight(
        name,
        Precision.FP32,
        (actual, expected) -> assertClose(actual, expected, 1e-6 * LARGEST, 0));
  }

  @ParameterizedTest
  @CsvSource({"adapter", "wrapped"})
  void load_inBfloat16_isTheSumRoundedOnce(String name) {
    forEachWeight(
        name,
        Precision.BF16,
        (actual, expected) -> assertClose(actual, expected, 1e-6 * LARGEST, 0x1p-8));
  }

  @ParameterizedTest
  @CsvSource({"adapter", "patterns", "wrapped"})
  void requireDiffusionModel_adapter_passes(String name) {
    try (Checkpoint checkpoint = Checkpoint.open(folder(name))) {
      assertThat(checkpoint.requireDiffusionModel().names()).hasSize(22);
    }
  }

  @Test
  void requireRewardModel_adapterOfALanguageModel_passes() {
    try (Checkpoint checkpoint = Checkpoint.open(folder("reward"))) {
      assertThat(checkpoint.requireRewardModel().names()).contains("score.weight").hasSize(21);
    }
  }

  @Test
  void floats_tensorWithAnAdapter_isRefused() {
    try (Checkpoint checkpoint = Checkpoint.open(folder("adapter"))) {
      String name = "model.layers.0.self_attn.q_proj.weight";
      assertThatThrownBy(() -> checkpoint.floats(name))
          .isInstanceOf(CheckpointException.class)
          .hasMessage(checkpoint.folder() + ": tensor " + name + " must not have an adapter");
    }
  }

  @Test
  void load_adapters_leavesNoNativeMemory() {
    EngineStart.engine();
    try (Checkpoint checkpoint = Checkpoint.open(folder("patterns"));
        Graph graph = Graph.load(Device.cpu(), LinearKernel.ATEN);
        NDManager owner = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
      int before = owner.getManagedArrays().size();
      NDArray weight =
          new WeightLoader(graph, owner, checkpoint, Precision.FP32, WeightFormat.UNQUANTIZED)
              .joined(List.of("model.embed_tokens.weight"));
      assertThat(owner.getManagedArrays()).hasSize(before + 1).contains(weight);
    }
  }

  private static void forEachWeight(
      String name, Precision precision, BiConsumer<float[], float[]> check) {
    EngineStart.engine();
    try (Checkpoint checkpoint = Checkpoint.open(folder(name));
        SafetensorsFile merged = SafetensorsFile.open(folder(name).resolve("merged.safetensors"));
        Graph graph = Graph.load(Device.cpu(), LinearKernel.ATEN);
        NDManager owner = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
      assertThat(new TreeSet<>(checkpoint.names()))
          .isEqualTo(new TreeSet<>(merged.tensors().keySet()));
      WeightLoader loader =
          new WeightLoader(graph, owner, checkpoint, precision, WeightFormat.UNQUANTIZED);
      for (String tensor : merged.tensors().keySet()) {
        NDArray weight = loader.joined(List.of(tensor));
        float[] actual = graph.toFloat(owner, weight).toFloatArray();
        check.accept(actual, merged.floats(tensor));
      }
    }
  }

  private static void assertClose(
      float[] actual, float[] expected, double absolute, double relative) {
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < actual.length; i++) {
      double tolerance = absolute + relative * Math.abs(expected[i]);
      assertThat((double) actual[i]).isCloseTo(expected[i], within(tolerance));
    }
  }

  private static Path folder(String name) {
    try {
      return Path.of(Goldens.class.getResource("/lora/" + name).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
