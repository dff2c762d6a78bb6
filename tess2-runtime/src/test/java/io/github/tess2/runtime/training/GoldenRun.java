package io.github.tess2.runtime.training;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.common.primitives.ImmutableIntArray;
import io.github.tess2.ComputeDevice;
import io.github.tess2.Precision;
import io.github.tess2.runtime.Goldens;
import io.github.tess2.runtime.checkpoint.Checkpoint;
import io.github.tess2.runtime.checkpoint.ModelConfig;
import io.github.tess2.runtime.checkpoint.ModelWeight;
import io.github.tess2.runtime.checkpoint.WeightLayout;
import io.github.tess2.runtime.engine.Devices;
import io.github.tess2.runtime.engine.EngineStart;
import io.github.tess2.runtime.generation.Schedules;
import io.github.tess2.runtime.graph.Graph;
import io.github.tess2.runtime.graph.LinearKernel;
import io.github.tess2.spi.NoiseSchedule;
import io.github.tess2.spi.Plugins;
import io.github.tess2.training.Lora;
import io.github.tess2.training.TrainingStage;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The weights of a golden case, for passes with the noise of the case. */
final class GoldenRun implements AutoCloseable {
  final Graph graph;
  final NDManager manager;
  final Weights weights;
  final Losses losses;
  private final ModelConfig model;

  GoldenRun(Goldens.Case golden, TrainingStage stage, float[] noise) {
    this(golden, stage, noise, Precision.FP32);
  }

  /** Runs passes in a given precision. */
  GoldenRun(Goldens.Case golden, TrainingStage stage, float[] noise, Precision precision) {
    this(golden, stage, stage, null, noise, precision, true);
  }

  /** Uses an embedding that does not learn from its mixtures, as in the published code. */
  static GoldenRun published(Goldens.Case golden, TrainingStage stage, float[] noise) {
    return new GoldenRun(golden, stage, stage, null, noise, Precision.FP32, false);
  }

  /** Uses the weights of another stage, not all of which this one needs, and adapters. */
  GoldenRun(
      Goldens.Case golden,
      TrainingStage stage,
      TrainingStage holding,
      @Nullable Lora lora,
      float[] noise) {
    this(golden, stage, holding, lora, noise, Precision.FP32, true);
  }

  private GoldenRun(
      Goldens.Case golden,
      TrainingStage stage,
      TrainingStage holding,
      @Nullable Lora lora,
      float[] noise,
      Precision precision,
      boolean mixtureGradient) {
    EngineStart.engine();
    this.manager = NDManager.newBaseManager(Devices.first(ComputeDevice.CPU), "PyTorch");
    this.graph = Graph.load(Devices.first(ComputeDevice.CPU), LinearKernel.ATEN);
    try (Checkpoint checkpoint = golden.openCheckpoint()) {
      this.model = StageModels.after(checkpoint.config(), stage);
      List<ModelWeight> layout =
          new WeightLayout(StageModels.after(checkpoint.config(), holding)).trainable();
      Tensors parameters = Tensors.load(graph, manager, layout, checkpoint, 0);
      this.weights = Weights.of(graph, manager, parameters, lora, 0);
    }
    this.losses =
        new Losses(
            graph,
            model,
            stage,
            Schedules.alphasCumprod(
                Plugins.of(NoiseSchedule.class).named(model.diffusion().noiseSchedule()),
                model.diffusion().trainSteps()),
            weights,
            (owner, batch, width) -> owner.create(noise, new Shape(batch.noisy().length, width)),
            Losses.setup(manager, model, precision, mixtureGradient));
  }

  /** A padded batch of sequences of one length, as in the case's parameter. */
  static TrainingBatch batch(int[][] sequences) {
    TrainingBatch batch = new TrainingBatch(sequences.length, sequences[0].length, 0);
    for (int[] sequence : sequences) {
      batch.add(ImmutableIntArray.copyOf(sequence));
    }
    return batch;
  }

  /** Maps the names of the checkpoint's tensors to their gradients or values. */
  Map<String, float[]> byName(NDList joined) {
    Map<String, float[]> found = new HashMap<>();
    List<ModelWeight> layout = weights.trained().layout();
    assertThat(joined).hasSameSizeAs(layout);
    for (int i = 0; i < layout.size(); i++) {
      int row = 0;
      float[] all = joined.get(i).toFloatArray();
      for (ModelWeight.Source source : layout.get(i).sources()) {
        int width = Math.max(1, source.columns());
        found.put(source.name(), Goldens.rows(all, width, row, row + source.rows()));
        row += source.rows();
      }
    }
    return found;
  }

  /**
   * Asserts that tensors agree with a group of the case's outputs at the elements in the group,
   * relative to the largest magnitude of the whole tensor. Tensors that occur only in the group
   * must be zero there.
   */
  static void assertGroup(
      Goldens.Case golden, String group, Map<String, float[]> actual, double tolerance) {
    Magnitudes largest = golden.value(group + "_largest", Magnitudes.class);
    largest.forEach(
        (name, magnitude) -> {
          if (!actual.containsKey(name)) {
            assertThat(magnitude).as("%s, which this stage has not", name).isZero();
          }
        });
    assertThose(golden, group, actual, tolerance);
  }

  /** Asserts the same, but allows other tensors in the group. */
  static void assertThose(
      Goldens.Case golden, String group, Map<String, float[]> actual, double tolerance) {
    Magnitudes largest = golden.value(group + "_largest", Magnitudes.class);
    assertThat(largest.keySet()).isNotEmpty().containsAll(actual.keySet());
    actual.forEach(
        (name, whole) -> {
          double magnitude = largest.get(name);
          float[] expected = golden.output(group, name);
          int[] at = golden.integers(group + "_at", name);
          double error = 0;
          for (int i = 0; i < at.length; i++) {
            double difference = Math.abs((double) whole[at[i]] - expected[i]);
            error = difference <= error ? error : difference;
          }
          assertThat(error)
              .as("error of %s %s", group, name)
              .isLessThanOrEqualTo(tolerance * magnitude);
        });
  }

  /** The largest magnitudes of whole tensors, by name. */
  private static final class Magnitudes extends HashMap<String, Double> {
    private static final long serialVersionUID = 1L;
  }

  static double norm(NDList arrays) {
    double squares = 0;
    for (NDArray array : arrays) {
      for (float value : array.toFloatArray()) {
        squares += (double) value * value;
      }
    }
    return Math.sqrt(squares);
  }

  @Override
  public void close() {
    manager.close();
    graph.close();
  }
}
