package io.github.tess2.runtime.generation;

import static io.github.tess2.runtime.Goldens.assertClose;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.primitives.ImmutableIntArray;
import io.github.tess2.SelfConditioning;
import io.github.tess2.runtime.Goldens;
import io.github.tess2.spi.GuidedStep;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Compares the prediction without the prompt, which classifier-free guidance uses, with the oracle;
 * tolerance 1e-4 relative in float32.
 */
class DenoiserGoldenTest {
  private static final int STEPS = 10;

  private static GuidedFixture fixture;

  @BeforeAll
  static void open() {
    fixture = new GuidedFixture("mistral");
  }

  @AfterAll
  static void close() {
    fixture.close();
  }

  static Stream<Goldens.Case> cases() {
    return Goldens.ofKind("guidance-classifier-free").stream();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void predict_promptRemoved_givesTheOraclesLogits(Goldens.Case golden) {
    SimplexStepper stepper = new SimplexStepper(fixture.model, fixture.tokenizer, null);
    RequestState request = fixture.request(golden, GuidedFixture.settings(STEPS, 0.99), stepper);
    int width = fixture.model.config().vocabularySize();
    Shape shape = new Shape(request.generated(), width);
    NDArray x = fixture.manager.create(golden.input("x"), shape);
    NDArray previous = fixture.manager.create(golden.input("previous_logits"), shape);
    request.advance(
        fixture.model.embed(fixture.manager, x, previous, SelfConditioning.LOGITS_MEAN),
        null,
        null);
    request.step = (int) Math.round(golden.number("time") * STEPS);
    GuidedStep step =
        fixture.step(request, null, request.generated(), new float[(int) shape.size()]);

    ImmutableIntArray.Builder ids = ImmutableIntArray.builder().add(fixture.tokenizer.bosId());
    ImmutableIntArray.Builder positions = ImmutableIntArray.builder();
    for (int i = 1; i <= request.generated(); i++) {
      ids.add(fixture.tokenizer.padId());
      positions.add(i);
    }
    GuidedStep removed = stepper.denoiser().predict(step, ids.build(), positions.build());

    assertClose(
        "logits without the prompt",
        GuidedFixture.logits((GuidedLogits) removed),
        golden.output("unconditional/removed"),
        1e-4);
  }
}
