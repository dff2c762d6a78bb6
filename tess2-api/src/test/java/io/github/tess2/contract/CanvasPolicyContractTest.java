package io.github.tess2.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.tess2.spi.CanvasPolicy;
import io.github.tess2.spi.CanvasPolicy.Window;
import io.github.tess2.spi.CanvasPolicyProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What every {@link CanvasPolicy} that is found by name must do. Inherit it and name its provider;
 * if the provider has required options, supply them too.
 */
public abstract class CanvasPolicyContractTest extends ProviderContractTest<CanvasPolicy> {
  /** For the contract of a provider. */
  protected CanvasPolicyContractTest() {
    super(CanvasPolicyProvider.class, "canvas");
  }

  @Override
  protected abstract CanvasPolicyProvider provider();

  static List<DecodingCase> answers() {
    return DecodingCase.all().stream().filter(DecodingCase::endsAtEos).toList();
  }

  /** Runs a request to its end, and checks each window. */
  private static List<Window> windows(CanvasPolicy policy, DecodingCase request) {
    CanvasPolicy.Run run = policy.begin(request);
    List<Window> all = new ArrayList<>();
    Window window = run.first();
    assertThat(window.from()).as("first row").isZero();
    int before = 0;
    int known = 0;
    for (int count = 1; ; count++) {
      assertThat(count).as("windows").isLessThanOrEqualTo(run.windows());
      assertThat(window.to()).as("last row of %s", window).isLessThanOrEqualTo(request.rows());
      known = Math.max(known, window.to());
      all.add(window);
      for (int step = 1; step < request.total(); step++) {
        if (run.watches()) {
          int end = run.end(request.step(step, before, known), window);
          assertThat(end).as("end of %s", window).isBetween(window.from() + 1, window.to());
          window = new Window(window.from(), end);
          all.add(window);
        }
      }
      Optional<Window> next = run.next(request.step(request.total(), before, known), window);
      if (next.isEmpty()) {
        return all;
      }
      assertThat(next.get().from()).as("first row of the next").isEqualTo(window.to());
      window = next.get();
      before += request.total();
    }
  }

  @ParameterizedTest
  @MethodSource("answers")
  void begin_anyAnswer_laysOutRowsThatAreThere(DecodingCase request) {
    assertThat(windows(create(), request)).isNotEmpty();
  }

  @ParameterizedTest
  @MethodSource("answers")
  void begin_anyAnswer_coversItsAnswer(DecodingCase request) {
    int last = windows(create(), request).stream().mapToInt(Window::to).max().orElseThrow();

    assertThat(last).isGreaterThanOrEqualTo(Math.min(request.answer(), request.rows()));
  }

  @ParameterizedTest
  @MethodSource("answers")
  void begin_again_laysOutAsTheFirstTime(DecodingCase request) {
    CanvasPolicy policy = create();
    List<Window> first = windows(policy, request);
    windows(policy, answers().get(0));

    assertThat(windows(policy, request)).isEqualTo(first);
  }

  /**
   * The blanks of an infill must stay in place, so the policy refuses an infill or leaves it whole.
   */
  @Test
  void begin_infill_isRefusedOrLeftWhole() {
    DecodingCase infill =
        DecodingCase.all().stream().filter(one -> !one.endsAtEos()).findFirst().orElseThrow();
    CanvasPolicy.Run run;
    try {
      run = create().begin(infill);
    } catch (IllegalArgumentException e) {
      assertThat(e).as("why it does not fit").message().isNotBlank();
      return;
    }
    assertThat(run.first()).isEqualTo(new Window(0, infill.rows()));
    assertThat(run.watches()).isFalse();
    assertThat(run.windows()).isEqualTo(1);
  }
}
