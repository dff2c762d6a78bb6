package io.github.tess2.runtime.generation;

import ai.djl.Device;
import com.google.common.collect.ImmutableList;
import com.google.common.primitives.ImmutableIntArray;
import io.github.tess2.GenerationListener;
import io.github.tess2.GenerationRequest;
import io.github.tess2.Precision;
import io.github.tess2.Prompt;
import io.github.tess2.SelfConditioning;
import io.github.tess2.WeightFormat;
import io.github.tess2.runtime.Goldens;
import io.github.tess2.runtime.checkpoint.Checkpoint;
import io.github.tess2.runtime.graph.DeviceKernels;
import io.github.tess2.runtime.graph.KernelSet;
import io.github.tess2.runtime.graph.LinearKernel;
import io.github.tess2.runtime.graph.WeightKernel;
import io.github.tess2.runtime.model.DiffusionModel;
import io.github.tess2.runtime.sampler.EntropyBoundSampler;
import io.github.tess2.spi.NoiseSchedule;
import io.github.tess2.spi.Plugins;
import io.github.tess2.spi.Sampler;

/** The models and requests of the golden cases. */
final class GoldenRequests {
  /** Reads every step, so that the likeliest tokens of each step can be compared. */
  private static final GenerationListener READER = step -> GenerationListener.Signal.CONTINUE;

  private GoldenRequests() {}

  static DiffusionModel load(Goldens.Case golden, LinearKernel kernel) {
    return load(golden, kernel, DeviceKernels.CPU);
  }

  static DiffusionModel load(Goldens.Case golden, LinearKernel kernel, DeviceKernels kernels) {
    try (Checkpoint checkpoint = golden.openCheckpoint()) {
      return DiffusionModel.load(
          checkpoint,
          Device.cpu(),
          Precision.FP32,
          WeightFormat.UNQUANTIZED,
          new KernelSet(kernel, kernels, WeightKernel.PLAIN));
    }
  }

  static RequestState open(Goldens.Case golden, DiffusionModel model) {
    Layout layout =
        new Layout(
            ImmutableIntArray.copyOf(golden.integers("ids")),
            ImmutableIntArray.copyOf(golden.integers("generated_positions")),
            false,
            ImmutableList.of(),
            ImmutableIntArray.of());
    RequestState request =
        new RequestState(
            layout,
            settings(golden),
            alphaBars(golden, model),
            Course.begin(settings(golden).decoding(), layout, golden.integer("T")),
            READER,
            0);
    request.open(model.manager().newSubManager());
    return request;
  }

  static AlphaBars alphaBars(Goldens.Case golden, DiffusionModel model) {
    Settings settings = settings(golden);
    return new AlphaBars(
        Schedules.alphasCumprod(settings.schedule(), settings.steps()), model.warp());
  }

  private static Settings.Decoding refreshing(int every) {
    return Settings.decoding(
        GenerationRequest.builder(Prompt.user("x"))
            .cache("refresh:every=" + every)
            .build()
            .options());
  }

  private static Settings settings(Goldens.Case golden) {
    return Settings.builder()
        .steps(golden.integer("T"))
        .temperature(golden.number("temperature"))
        .topP(golden.has("top_p") ? golden.number("top_p") : 1)
        .greedy(!golden.has("top_p"))
        .seed(1)
        .schedule(Plugins.of(NoiseSchedule.class).named(golden.text("schedule")))
        .sampler(
            golden.has("bound")
                ? new EntropyBoundSampler(golden.number("bound"))
                : Plugins.of(Sampler.class).named(golden.text("sampler")))
        .selfConditioning(SelfConditioning.of(golden.text("self_condition")))
        .decoding(
            golden.has("refresh_every")
                ? refreshing(golden.integer("refresh_every"))
                : Settings.Decoding.WHOLE)
        .build();
  }
}
