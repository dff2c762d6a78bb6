package io.github.tess2.runtime.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import com.google.common.primitives.ImmutableIntArray;
import io.github.tess2.GenerationListener.Signal;
import io.github.tess2.GenerationRequest;
import io.github.tess2.Prompt;
import io.github.tess2.contract.Providers;
import io.github.tess2.guidance.RewardGuidance;
import io.github.tess2.runtime.Checkpoints;
import io.github.tess2.runtime.engine.NativeMemory;
import io.github.tess2.spi.Guidance;
import io.github.tess2.spi.GuidedStep;
import io.github.tess2.spi.Reward;
import io.github.tess2.spi.Sampler;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * Measures the memory of the whole process over many requests, with a vocabulary for which a V-wide
 * tensor of one chunk takes 1.3 MB, so that forty leaks of one would show.
 */
class SteadyMemoryTest {
  private static final int MEGABYTES = 25;
  private static final int ROWS = 8;

  @TempDir Path folder;

  @RegisterExtension final Providers providers = new Providers();

  @BeforeEach
  void install() throws Exception {
    providers.install(Sampler.class, Pluggable.OfSampler.class);
  }

  private static GenerationRequest.Builder request() {
    return GenerationRequest.builder(Prompt.raw("a")).seed(1).length(ROWS).steps(2);
  }

  /**
   * Guidances that follow a reward, predict without the prompt, and keep the better of two
   * candidates.
   */
  private static Guidance[] guidance() {
    Reward reward = input -> input.probabilitiesOf(40).squeeze(-1).sum(new int[] {1});
    return new Guidance[] {
      RewardGuidance.builder("climbing", reward).iterations(2).build(),
      new Unprompted(),
      new Judging(reward)
    };
  }

  /** As classifier-free guidance does it. */
  private record Unprompted() implements Guidance {
    @Override
    public String name() {
      return "unprompted";
    }

    @Override
    public Run begin(Request request) {
      ImmutableIntArray ids = request.ids();
      return step -> {
        GuidedStep other = request.denoiser().predict(step, ids, request.positions());
        step.adjust(
            (logits, from, to) -> {
              try (NDArray u = other.logits(from, to)) {
                return logits.sub(u).muli(1.5).addi(u);
              }
            });
      };
    }
  }

  /** As best-of does it. */
  private record Judging(Reward reward) implements Guidance {
    @Override
    public String name() {
      return "judging";
    }

    @Override
    public int candidates() {
      return 2;
    }

    @Override
    public Run begin(Request request) {
      return new Run() {
        private OptionalDouble score = OptionalDouble.empty();

        @Override
        public void guide(GuidedStep step) {}

        @Override
        public void finish(GuidedStep step) {
          score = OptionalDouble.of(step.score(reward));
        }

        @Override
        public OptionalDouble score() {
          return score;
        }
      };
    }
  }

  @Test
  void guidedRequests_thatSucceed_leaveNothing() throws Exception {
    try (OpenModel model = new OpenModel(Checkpoints.wide(folder))) {
      int before = model.owned();
      NativeMemory.assertSteady(
          MEGABYTES,
          () ->
              assertThat(model.lm.generate(request().guidance(guidance()).build()).reward())
                  .isPresent());

      assertThat(model.owned()).as("tensors and managers").isEqualTo(before);
    }
  }

  @Test
  void requests_thatEndInAnyWay_leaveNothing() throws Exception {
    Pluggable.step =
        input -> {
          input.noisySimplex();
          throw new IllegalStateException("out of luck");
        };
    GenerationRequest broken = request().sampler(Pluggable.NAME).build();
    try (OpenModel model = new OpenModel(Checkpoints.wide(folder))) {
      NativeMemory.assertSteady(
          MEGABYTES,
          () -> {
            model.lm.generate(request().build());
            model.lm.generate(request().sampler("simplex-ddim").build());
            model.lm.generate(request().build(), step -> Signal.CANCEL);
            assertThatThrownBy(() -> model.lm.generateAll(List.of(request().build(), broken)))
                .hasMessageContaining("out of luck");
          });
    }
  }
}
