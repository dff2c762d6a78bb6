package io.github.tess2.examples.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.tess2.DiffusionLM;
import io.github.tess2.GenerationRequest;
import io.github.tess2.Prompt;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SharedModel.class)
class GenerationsTest {
  private static final List<GenerationRequest> ONE =
      List.of(GenerationRequest.builder(Prompt.user("Hi")).steps(2).length(16).build());

  @Test
  void answer_computedAndNotSent_keepsItsPlace(DiffusionLM lm) throws Exception {
    Limits limits = Served.limits(1, 0, Duration.ofSeconds(20));
    try (Generations generations = new Generations(lm, limits, System::nanoTime)) {
      Exchange exchange = generations.start(ONE, false, () -> {});
      generations.awaitEnd(Duration.ofDays(1));

      assertThatThrownBy(() -> generations.start(ONE, false, () -> {}))
          .isInstanceOf(ApiException.class)
          .hasMessage("the server is full; answers running, waiting or being sent: 1");
      generations.release(exchange);
      assertThat(generations.answers()).isZero();
    }
  }

  @Test
  void answer_nobodyWants_keepsItsPlaceUntilItHasEnded(DiffusionLM lm) throws Exception {
    Limits limits = Served.limits(1, 0, Duration.ofSeconds(20));
    try (Generations generations = new Generations(lm, limits, System::nanoTime)) {
      Exchange exchange = generations.start(ONE, false, () -> {});
      exchange.cancel();
      generations.release(exchange);
      generations.awaitEnd(Duration.ofDays(1));

      assertThat(generations.answers()).isZero();
    }
  }
}
