package io.github.tess2.runtime.generation;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.tess2.GenerationListener.Signal;
import io.github.tess2.GenerationRequest;
import io.github.tess2.Prompt;
import io.github.tess2.contract.Providers;
import io.github.tess2.runtime.Checkpoints;
import io.github.tess2.runtime.NativeMemory;
import io.github.tess2.spi.Sampler;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * Memory of the whole process over many requests, on a vocabulary where a V-wide tensor of one
 * chunk takes 1.3 MB: forty leaks of one would show.
 */
class SteadyMemoryTest {
  private static final int MEGABYTES = 25;
  private static final int ROWS = 8;

  @TempDir static Path folder;

  @RegisterExtension final Providers providers = new Providers();

  @BeforeEach
  void install() throws Exception {
    providers.install(Sampler.class, Pluggable.OfSampler.class);
  }

  private static GenerationRequest.Builder request() {
    return GenerationRequest.builder(Prompt.raw("a")).seed(1).length(ROWS).steps(2);
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
