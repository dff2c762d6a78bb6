package io.github.tess2.runtime.generation;

import ai.djl.Device;
import io.github.tess2.Batching;
import io.github.tess2.ComputeDevice;
import io.github.tess2.DiffusionLM;
import io.github.tess2.GenerationRequest;
import io.github.tess2.Precision;
import io.github.tess2.Prompt;
import io.github.tess2.WeightFormat;
import io.github.tess2.runtime.Goldens;
import io.github.tess2.runtime.checkpoint.Checkpoint;
import io.github.tess2.runtime.checkpoint.CheckpointTokenizer;
import io.github.tess2.runtime.graph.KernelSet;
import io.github.tess2.runtime.graph.LinearKernel;
import io.github.tess2.runtime.model.DiffusionModel;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A {@link DiffusionLM} as the runtime creates it, with a view of its native resources. */
final class OpenModel implements AutoCloseable {
  final DiffusionLM lm;
  private final DiffusionModel model;

  OpenModel(String checkpoint) {
    this(Goldens.checkpoint(checkpoint));
  }

  OpenModel(Path folder) {
    this(folder, Precision.FP32, null);
  }

  /** Opens a model with a kernel; null lets the library choose. */
  OpenModel(Path folder, Precision precision, @Nullable LinearKernel kernel) {
    this(folder, precision, kernel, Batching.UNLIMITED);
  }

  /** Opens a model with a limit on the rows of a step. */
  OpenModel(String checkpoint, Batching batching) {
    this(Goldens.checkpoint(checkpoint), Precision.FP32, null, batching);
  }

  /** Opens such a model in a given precision. */
  OpenModel(String checkpoint, Precision precision, Batching batching) {
    this(Goldens.checkpoint(checkpoint), precision, null, batching);
  }

  private OpenModel(
      Path folder, Precision precision, @Nullable LinearKernel kernel, Batching batching) {
    try (Checkpoint files = Checkpoint.open(folder)) {
      model =
          kernel == null
              ? DiffusionModel.load(files, Device.cpu(), precision)
              : DiffusionModel.load(
                  files,
                  Device.cpu(),
                  precision,
                  WeightFormat.UNQUANTIZED,
                  KernelSet.of(Device.cpu(), kernel));
      lm =
          new PyTorchDiffusionLM(
              model,
              CheckpointTokenizer.open(folder, files.config()),
              request(1).steps(4).length(12).build().options(),
              ComputeDevice.CPU,
              batching);
    }
  }

  /** A request with a seed. */
  static GenerationRequest.Builder request(long seed) {
    return GenerationRequest.builder(Prompt.user("Hi")).seed(seed);
  }

  /** The kernel that computes its products. */
  LinearKernel kernel() {
    return model.graph().kernels().product();
  }

  /** Tensors and managers that the model's manager owns. */
  int owned() {
    return Owned.by(model.manager());
  }

  @Override
  public void close() {
    lm.close();
  }
}
