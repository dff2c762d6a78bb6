package io.github.tess2.runtime.generation;

import static io.github.tess2.runtime.generation.OpenModel.request;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.primitives.ImmutableIntArray;
import io.github.tess2.PluginException;
import io.github.tess2.spi.Guidance;
import io.github.tess2.spi.GuidedStep;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Requests of plugins to the model are checked before they reach native code. */
class OtherPromptsTest {
  /** The length of the request; below, the most tokens that its model accepts. */
  private static final int GENERATED = 12;

  private static final int MOST = 64;

  private static OpenModel model;

  @BeforeAll
  static void open() {
    model = new OpenModel("mistral");
  }

  @AfterAll
  static void close() {
    model.close();
  }

  private static ImmutableIntArray ids(int length) {
    return ImmutableIntArray.copyOf(IntStream.range(0, length).map(i -> 5).toArray());
  }

  private static ImmutableIntArray from(int first) {
    return ImmutableIntArray.copyOf(IntStream.range(first, first + GENERATED).toArray());
  }

  private static ImmutableIntArray with(ImmutableIntArray all, int index, int value) {
    int[] values = all.toArray();
    values[index] = value;
    return ImmutableIntArray.copyOf(values);
  }

  static Stream<Arguments> mistakes() {
    ImmutableIntArray ids = ids(20);
    return Stream.of(
        Arguments.of(ids(0), from(0), "there must be from 1 to 64 ids, but there are: 0"),
        Arguments.of(ids(MOST + 1), from(1), "there must be from 1 to 64 ids, but there are: 65"),
        Arguments.of(with(ids, 3, 300), from(1), "each id must be in [0, 300), but id 3 is: 300"),
        Arguments.of(with(ids, 0, -1), from(1), "each id must be in [0, 300), but id 0 is: -1"),
        Arguments.of(
            ids,
            from(1).subArray(0, 11),
            "as many positions must be generated as the step has rows, 12, but there are: 11"),
        Arguments.of(ids, from(9), "positions must ascend in [0, 20), but position 11 is: 20"),
        Arguments.of(
            ids, with(from(0), 0, -1), "positions must ascend in [0, 20), but position 0 is: -1"),
        Arguments.of(
            ids, with(from(1), 4, 3), "positions must ascend in [0, 20), but position 4 is: 3"),
        Arguments.of(null, from(1), "ids"),
        Arguments.of(ids, null, "positions"));
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void predict_whatCannotBe_isRefusedByRule(
      ImmutableIntArray ids, ImmutableIntArray positions, String message) {
    Guidance asking =
        new Asking() {
          @Override
          void ask(Request request, GuidedStep step) {
            request.denoiser().predict(step, ids, positions);
          }
        };

    assertThatThrownBy(() -> model.lm.generate(request(1).guidance(asking).build()))
        .isInstanceOf(PluginException.class)
        .hasMessage("guidance \"asking\" failed at step 1: " + message);
  }

  @Test
  void predict_positionsAtBothEnds_isAnswered() {
    Guidance asking =
        new Asking() {
          @Override
          void ask(Request request, GuidedStep step) {
            request.denoiser().predict(step, ids(GENERATED), from(0)).logits(0, GENERATED);
            request.denoiser().predict(step, ids(MOST), from(MOST - GENERATED)).logits(0, 1);
          }
        };

    model.lm.generate(request(1).guidance(asking).build());
  }

  /** Asks the model for something at each step. */
  private abstract static class Asking implements Guidance {
    @Override
    public String name() {
      return "asking";
    }

    @Override
    public Run begin(Request request) {
      return step -> ask(request, step);
    }

    abstract void ask(Request request, GuidedStep step);
  }
}
