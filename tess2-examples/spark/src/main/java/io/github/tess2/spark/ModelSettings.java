package io.github.tess2.spark;

import io.github.tess2.ComputeDevice;
import io.github.tess2.DiffusionLM;
import io.github.tess2.Precision;
import io.github.tess2.WeightFormat;
import java.io.File;
import java.io.Serializable;
import java.nio.file.Path;
import org.apache.spark.SparkEnv;
import org.apache.spark.SparkFiles;
import org.jspecify.annotations.Nullable;

/**
 * The settings with which an executor loads the model. Generators with equal settings share it.
 *
 * @param folder the checkpoint's folder; null for the shipped model
 * @param device the device to compute on, as {@link ComputeDevice#parse} reads it
 * @param precision the precision to compute in
 * @param weights the format in which weights are stored
 * @param threads number of threads that compute on a CPU; null for the executor's cores
 * @param maxBatchRows most rows of a step; null for the library's default
 */
record ModelSettings(
    @Nullable String folder,
    String device,
    Precision precision,
    WeightFormat weights,
    @Nullable Integer threads,
    @Nullable Integer maxBatchRows)
    implements Serializable {
  private static final String EXECUTOR_CORES = "spark.executor.cores";

  /** A model builder with everything set except the device. */
  private DiffusionLM.Builder builder() {
    DiffusionLM.Builder builder = DiffusionLM.builder().precision(precision).weights(weights);
    if (threads != null) {
      builder.threads(threads);
    }
    if (maxBatchRows != null) {
      builder.maxBatchRows(maxBatchRows);
    }
    return builder;
  }

  /**
   * Checks what can be checked without the model.
   *
   * @throws IllegalArgumentException if a value is out of range
   */
  void check() {
    builder().device(ComputeDevice.parse(device));
  }

  /** Loads the model on an executor; the caller closes it. */
  DiffusionLM load(ComputeDevice chosen) {
    DiffusionLM.Builder builder = builder().device(chosen);
    if (folder != null) {
      builder.model(resolve(folder));
    }
    int cores = SparkEnv.get().conf().getInt(EXECUTOR_CORES, 0);
    if (threads == null && cores > 0) {
      builder.threads(cores);
    }
    return builder.build();
  }

  /**
   * Resolves a folder. A relative one may have been distributed by {@code --archives} or {@code
   * --files}.
   */
  private static Path resolve(String folder) {
    File shipped = new File(SparkFiles.getRootDirectory(), folder);
    return !new File(folder).isAbsolute() && shipped.exists() ? shipped.toPath() : Path.of(folder);
  }
}
