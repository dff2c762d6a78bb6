package io.github.tess2.examples.benchmark;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import com.google.common.primitives.ImmutableIntArray;
import io.github.tess2.ComputeDevice;
import io.github.tess2.DiffusionLM;
import io.github.tess2.GenerationRequest;
import io.github.tess2.GenerationResult;
import io.github.tess2.Precision;
import io.github.tess2.Prompt;
import io.github.tess2.Tess2Exception;
import io.github.tess2.WeightFormat;
import io.github.tess2.runtime.checkpoint.Checkpoint;
import io.github.tess2.runtime.engine.Devices;
import io.github.tess2.runtime.model.DiffusionModel;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Runs the same forward pass on the CPU and on a device, or on several GPUs that share the layers,
 * and requests on the device.
 */
final class DeviceCheck {
  private static final int PROMPT = 24;
  private static final int GENERATED = 8;
  private static final int STEPS = 10;
  private static final double TIME = 0.6;
  private static final double SIMPLEX_VALUE = 5;

  private final Path folder;
  private final ComputeDevice device;
  private final Precision precision;

  DeviceCheck(Path folder, ComputeDevice device, Precision precision) {
    this.folder = folder;
    this.device = device;
    this.precision = precision;
  }

  /**
   * The result of the check.
   *
   * @param device the checked device
   * @param gpus the number of its GPUs
   * @param precision the precision on both sides
   * @param maxRelativeDifference largest difference of the logits, relative to the largest logit
   * @param tolerance largest allowed difference
   * @param finishReason finish reason of a request on the device
   * @param weightBytes bytes of the weights
   * @param deviceBytesLoaded bytes in use on the GPUs with the model loaded; null on the CPU
   * @param deviceBytesKept bytes by which the memory in use grew from one load, run and close to
   *     the next; null on the CPU
   */
  record Report(
      String device,
      int gpus,
      String precision,
      double maxRelativeDifference,
      double tolerance,
      String finishReason,
      long weightBytes,
      @Nullable Long deviceBytesLoaded,
      @Nullable Long deviceBytesKept) {

    /** The granularity in which CUDA allocates memory. */
    private static final long GRANULE = 2L << 20;

    /** Throws {@link Tess2Exception} if the check failed. */
    void requireGood() {
      if (!(maxRelativeDifference <= tolerance)) {
        throw new Tess2Exception(
            "logits must differ from the CPU's by at most "
                + tolerance
                + ", but differ by: "
                + maxRelativeDifference);
      }
      if (deviceBytesKept != null && deviceBytesKept > gpus * GRANULE) {
        throw new Tess2Exception(
            "all device memory must be freed, but some is kept: " + deviceBytesKept + " bytes");
      }
    }
  }

  Report run() {
    float[] expected;
    try (DiffusionModel model = load(ComputeDevice.CPU)) {
      expected = logits(model);
    }
    // The first run allocates memory that stays until the process ends: the context and work space.
    String finish = generate();
    @Nullable Long before = deviceBytes();
    float[] actual;
    long weights;
    @Nullable Long loaded;
    try (DiffusionModel model = load(device)) {
      actual = logits(model);
      weights = model.weightBytes();
      loaded = deviceBytes();
    }
    generate();
    @Nullable Long after = deviceBytes();
    return new Report(
        device.toString(),
        device.gpus().length(),
        precision.name(),
        difference(expected, actual),
        precision == Precision.FP32 ? 1e-4 : 4e-2,
        finish,
        weights,
        loaded,
        before == null || after == null ? null : after - before);
  }

  private DiffusionModel load(ComputeDevice on) {
    try (Checkpoint checkpoint = Checkpoint.open(folder)) {
      return DiffusionModel.load(checkpoint, Devices.djl(on), precision, WeightFormat.UNQUANTIZED);
    }
  }

  private String generate() {
    try (DiffusionLM lm =
        DiffusionLM.builder().model(folder).device(device).precision(precision).build()) {
      GenerationResult result =
          lm.generate(
              GenerationRequest.builder(Prompt.raw("Is it the same here?"))
                  .steps(STEPS)
                  .length(GENERATED)
                  .seed(1)
                  .build());
      return result.finishReason().name();
    }
  }

  /**
   * Runs a whole forward pass: takes the simplex and previous logits, returns logits [GENERATED,
   * V].
   */
  private static float[] logits(DiffusionModel model) {
    int vocabulary = model.config().vocabularySize();
    int[] ids = IntStream.range(0, PROMPT + GENERATED).map(i -> 3 + 7 * i % 200).toArray();
    return new ForwardPass(ImmutableIntArray.copyOf(ids), GENERATED, TIME)
        .logits(
            model,
            scope -> gaussian(scope, 1, SIMPLEX_VALUE, vocabulary),
            scope -> gaussian(scope, 2, 1, vocabulary));
  }

  private static NDArray gaussian(NDManager scope, long seed, double scale, int vocabulary) {
    Random random = new Random(seed);
    float[] values = new float[GENERATED * vocabulary];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (scale * random.nextGaussian());
    }
    return scope.create(values, new Shape(GENERATED, vocabulary));
  }

  private static double difference(float[] expected, float[] actual) {
    double largest = 0;
    double difference = 0;
    for (int i = 0; i < expected.length; i++) {
      largest = Math.max(largest, Math.abs(expected[i]));
      double here = Math.abs(expected[i] - actual[i]);
      if (Double.isNaN(here)) {
        return Double.NaN;
      }
      difference = Math.max(difference, here);
    }
    return difference / largest;
  }

  /** Bytes in use on the device, by all processes; null on the CPU. */
  private @Nullable Long deviceBytes() {
    if (device.kind() != ComputeDevice.Kind.CUDA) {
      return null;
    }
    // PyTorch keeps freed memory until its cache is emptied.
    JniUtils.emptyCudaCache();
    return DeviceMemory.used(device).getAsLong();
  }
}
