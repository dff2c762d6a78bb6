package io.github.tess2.runtime.generation;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import com.google.common.primitives.ImmutableIntArray;
import io.github.tess2.GenerationListener;
import io.github.tess2.Precision;
import io.github.tess2.SelfConditioning;
import io.github.tess2.WeightFormat;
import io.github.tess2.runtime.Goldens;
import io.github.tess2.runtime.checkpoint.Checkpoint;
import io.github.tess2.runtime.checkpoint.CheckpointTokenizer;
import io.github.tess2.runtime.model.DiffusionModel;
import io.github.tess2.runtime.model.RewardNetwork;
import io.github.tess2.runtime.reward.PyTorchRewardModel;
import io.github.tess2.spi.Guidance;
import io.github.tess2.spi.NoiseSchedule;
import io.github.tess2.spi.Plugins;
import io.github.tess2.spi.RewardModel;
import io.github.tess2.spi.Sampler;
import java.util.List;

/** A golden checkpoint in float32, and a guided request to it. */
final class GuidedFixture implements AutoCloseable {
  final DiffusionModel model;
  final CheckpointTokenizer tokenizer;
  final NDManager manager;

  GuidedFixture(String checkpoint) {
    try (Checkpoint files = Checkpoint.open(Goldens.checkpoint(checkpoint))) {
      model = DiffusionModel.load(files, Device.cpu(), Precision.FP32);
      tokenizer = CheckpointTokenizer.open(files.folder(), files.config());
      manager = model.manager().newSubManager();
    }
  }

  /** The golden reward model; the caller closes it. */
  static RewardModel rewardModel(RewardModel.Readout readout) {
    try (Checkpoint files = Checkpoint.open(Goldens.checkpoint("reward"));
        CheckpointTokenizer tokenizer = CheckpointTokenizer.open(files.folder(), files.config())) {
      return new PyTorchRewardModel(
          RewardNetwork.load(
              files, List.of(Device.cpu()), Precision.FP32, WeightFormat.UNQUANTIZED, 1 << 20),
          tokenizer.fingerprint(),
          readout);
    }
  }

  /** A request with the sequence of a golden case. Its guidance has begun. */
  RequestState request(Goldens.Case golden, Settings settings, SimplexStepper stepper) {
    Layout layout =
        new Layout(
            ImmutableIntArray.copyOf(golden.integers("ids")),
            ImmutableIntArray.copyOf(golden.integers("generated_positions")),
            false,
            ImmutableList.of(),
            ImmutableIntArray.of());
    return request(layout, settings, stepper);
  }

  RequestState request(Layout layout, Settings settings, SimplexStepper stepper) {
    RequestState state =
        new RequestState(
            layout,
            settings,
            new AlphaBars(
                Schedules.alphasCumprod(settings.schedule(), settings.steps()), model.warp()),
            step -> GenerationListener.Signal.CONTINUE,
            0);
    state.open(manager.newSubManager());
    for (Guidance guidance : settings.guidance()) {
      state.guides.add(new Guide(guidance.name(), guidance.begin(stepper.properties(state))));
    }
    return state;
  }

  static Settings settings(int steps, double topP, Guidance... guidance) {
    return Settings.builder()
        .steps(steps)
        .temperature(1)
        .topP(topP)
        .greedy(false)
        .seed(1)
        .schedule(Plugins.of(NoiseSchedule.class).named("squaredcos_improved_ddpm"))
        .sampler(Plugins.of(Sampler.class).named("simplex-ddpm"))
        .selfConditioning(SelfConditioning.LOGITS_MEAN)
        .guidance(List.of(guidance))
        .build();
  }

  /** A step with given logits {@code [G,V]}, which it provides in chunks. */
  GuidedLogits step(RequestState request, RandomSource random, int chunkRows, float[] logits) {
    GuidedLogits.StepContext context =
        new GuidedLogits.StepContext(model, tokenizer, random, chunkRows);
    NDArray hidden = manager.zeros(new Shape(request.generated(), model.config().hiddenSize()));
    GuidedLogits step = new GuidedLogits(context, request, manager, hidden, new HeadLogits.Room());
    int width = model.config().vocabularySize();
    step.adjust(
        (ignored, from, to) ->
            ignored
                .getManager()
                .create(Goldens.rows(logits, width, from, to), new Shape(to - from, width)));
    return step;
  }

  /** All of a step's logits. */
  static float[] logits(GuidedLogits step) {
    try (NDArray all = step.logits(0, step.rows())) {
      return all.toFloatArray();
    }
  }

  @Override
  public void close() {
    model.close();
    tokenizer.close();
  }
}
