package io.github.tess2.runtime.generation;

import static io.github.tess2.runtime.generation.OpenModel.request;
import static io.github.tess2.runtime.generation.Pluggable.simplex;
import static io.github.tess2.runtime.generation.Pluggable.tokens;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import ai.djl.ndarray.NDArray;
import io.github.tess2.GenerationListener;
import io.github.tess2.GenerationRequest;
import io.github.tess2.GenerationResult;
import io.github.tess2.PluginException;
import io.github.tess2.contract.Providers;
import io.github.tess2.runtime.Checkpoints;
import io.github.tess2.spi.Guidance;
import io.github.tess2.spi.GuidedStep;
import io.github.tess2.spi.NoiseSchedule;
import io.github.tess2.spi.Sampler;
import io.github.tess2.spi.SamplerStep;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tests plugins that fail or return invalid values: the error, that everything is freed, and that
 * other requests are unaffected.
 */
class PluginFailuresTest {
  private static OpenModel model;

  @RegisterExtension final Providers providers = new Providers();

  @BeforeAll
  static void open() {
    model = new OpenModel("mistral");
    model.lm.generate(request(1).build());
  }

  @AfterAll
  static void close() {
    model.close();
  }

  @BeforeEach
  void install() throws Exception {
    providers.install(Sampler.class, Pluggable.OfSampler.class);
    providers.install(NoiseSchedule.class, Pluggable.OfSchedule.class);
  }

  @ParameterizedTest
  @MethodSource("io.github.tess2.runtime.generation.Fault#all")
  void generate_brokenPlugin_namesItAndFreesAll(Fault fault) {
    int before = model.owned();

    assertThatThrownBy(() -> model.lm.generate(fault.request()))
        .isInstanceOf(PluginException.class)
        .hasMessage(fault.message());

    assertThat(model.owned()).as("tensors and managers").isEqualTo(before);
  }

  @ParameterizedTest
  @MethodSource("io.github.tess2.runtime.generation.Fault#all")
  void generateAsync_brokenPlugin_failsTheFuture(Fault fault) {
    int before = model.owned();

    assertThatThrownBy(() -> model.lm.generateAsync(fault.request()).join())
        .isInstanceOf(CompletionException.class)
        .cause()
        .isInstanceOf(PluginException.class)
        .hasMessage(fault.message());

    assertThat(model.owned()).as("tensors and managers").isEqualTo(before);
  }

  @ParameterizedTest
  @MethodSource("io.github.tess2.runtime.generation.Fault#whileTheyRun")
  void generateAll_brokenAmongOthers_letsThemEndAsAlone(Fault fault) {
    Recorder alone = new Recorder();
    model.lm.generate(request(3).guidance(alone).build());
    Recorder first = new Recorder();
    Recorder last = new Recorder();
    int before = model.owned();

    assertThatThrownBy(
            () ->
                model.lm.generateAll(
                    List.of(
                        request(3).guidance(first).build(),
                        fault.request(),
                        request(3).guidance(last).build())))
        .isInstanceOf(PluginException.class)
        .hasMessage(fault.message());

    assertThat(first.logits).isEqualTo(alone.logits);
    assertThat(last.logits).isEqualTo(alone.logits);
    assertThat(model.owned()).as("tensors and managers").isEqualTo(before);
  }

  @ParameterizedTest
  @MethodSource("io.github.tess2.runtime.generation.Fault#all")
  void generateAllAsync_brokenAmongOthers_failsItsFutureOnly(Fault fault) {
    GenerationResult alone = model.lm.generate(request(3).build());
    int before = model.owned();

    List<CompletableFuture<GenerationResult>> answers =
        model.lm.generateAllAsync(List.of(request(3).build(), fault.request(), request(3).build()));

    assertThatThrownBy(() -> answers.get(1).join())
        .cause()
        .isInstanceOf(PluginException.class)
        .hasMessage(fault.message());
    assertThat(answers.get(0).join().tokenIds()).isEqualTo(alone.tokenIds());
    assertThat(answers.get(2).join().tokenIds()).isEqualTo(alone.tokenIds());
    assertThat(model.owned()).as("tensors and managers").isEqualTo(before);
  }

  @Test
  void generateAll_severalFail_throwsTheFirstWithTheOthers() {
    Pluggable.step =
        input -> {
          throw Fault.broken();
        };
    GenerationRequest sampler = request(1).sampler("pluggable").build();
    GenerationRequest guided =
        Fault.guidance(
                "throws",
                step -> {
                  throw Fault.broken();
                },
                "")
            .request();

    Throwable thrown =
        catchThrowable(
            () -> model.lm.generateAll(List.of(request(1).build(), guided, sampler, guided)));

    assertThat(thrown).hasMessageContaining("guidance \"broken\" failed at step 1");
    assertThat(thrown.getSuppressed())
        .extracting(Throwable::getMessage)
        .containsExactly(
            "sampler \"pluggable\" failed at step 1: out of luck",
            "guidance \"broken\" failed at step 1: out of luck");
  }

  /** The caller receives the error unchanged. Other requests only share a step with it. */
  @Test
  void generateAll_pluginMeetsAnErrorOfTheJvm_givesItsCallerThat() {
    InternalError fatal = new InternalError("the JVM is broken");
    List<String> closed = new ArrayList<>();
    GenerationRequest request =
        Fault.guidance(
                "fatal",
                step -> {
                  throw fatal;
                },
                "")
            .request();
    GenerationRequest other =
        request(1)
            .guidance(
                new IdleGuidance("other") {
                  @Override
                  public void close() {
                    closed.add("other");
                  }
                })
            .build();
    int before = model.owned();

    assertThatThrownBy(() -> model.lm.generateAll(List.of(other, request))).isSameAs(fatal);
    List<CompletableFuture<GenerationResult>> answers =
        model.lm.generateAllAsync(List.of(other, request));
    assertThatThrownBy(() -> answers.get(1).join()).cause().isSameAs(fatal);
    assertThat(answers.get(0).join().steps()).isEqualTo(4);

    assertThat(closed).hasSize(2);
    assertThat(model.owned()).as("tensors and managers").isEqualTo(before);
  }

  @Test
  void generate_severalCandidates_asksEachForItsScoreOnce() {
    AtomicInteger asked = new AtomicInteger();
    Guidance judge =
        new IdleGuidance("judge") {
          @Override
          public int candidates() {
            return 5;
          }

          @Override
          public OptionalDouble score() {
            return OptionalDouble.of(asked.getAndIncrement());
          }
        };

    assertThat(model.lm.generate(request(1).guidance(judge).build()).reward()).hasValue(4);
    assertThat(asked).hasValue(5);
  }

  @Test
  void generateAll_scheduleUnknownForOne_runsNothing() {
    Recorder recorder = new Recorder();

    assertThatThrownBy(
            () ->
                model.lm.generateAll(
                    List.of(
                        request(1).guidance(recorder).build(),
                        request(1).noiseSchedule("none-such").build())))
        .isInstanceOf(PluginException.class)
        .hasMessageStartingWith("no NoiseSchedule is named \"none-such\"; there are [");

    assertThat(recorder.logits).isEmpty();
  }

  /**
   * Requests with the same settings are sampled in one call, and the sampler fails for one of them.
   */
  @Test
  void generateAll_samplerFailsForOneOfAChunk_letsTheOtherEndAsAlone() {
    List<List<Long>> alone = drawnAtSize(9, () -> model.lm.generate(sampled(9)));
    List<List<Long>> together =
        drawnAtSize(
            9,
            () ->
                assertThatThrownBy(() -> model.lm.generateAll(List.of(sampled(9), sampled(14))))
                    .hasMessage("sampler \"pluggable\" failed at step 1: too many rows: 14"));

    assertThat(together).hasSize(3).isEqualTo(alone);
  }

  /** The second chunk of the first request is sampled in one call with the other request. */
  @Test
  void generateAll_samplerFailsForTheChunkBefore_letsTheOtherEndAsAlone(@TempDir Path folder)
      throws Exception {
    try (OpenModel wide = new OpenModel(Checkpoints.wide(folder))) {
      List<List<Long>> alone = drawnAtSize(9, () -> wide.lm.generate(sampled(9)));
      List<List<Long>> together =
          drawnAtSize(
              9,
              () ->
                  assertThatThrownBy(() -> wide.lm.generateAll(List.of(sampled(40), sampled(9))))
                      .hasMessage("sampler \"pluggable\" failed at step 1: too many rows: 32"));

      assertThat(together).hasSize(3).isEqualTo(alone);
    }
  }

  @Test
  void generate_tokensForSomeRowsAndSimplexForOthers_isRefused(@TempDir Path folder)
      throws Exception {
    Pluggable.step =
        input ->
            input.logits().getShape().get(0) == 32
                ? tokens(input.drawTokens())
                : simplex(input.logits().duplicate());
    try (OpenModel wide = new OpenModel(Checkpoints.wide(folder))) {
      assertThatThrownBy(() -> wide.lm.generate(sampled(40)))
          .isInstanceOf(PluginException.class)
          .hasMessage(
              "sampler \"pluggable\" failed at step 1: the state must be of one kind for all rows,"
                  + " but is: Tokens for some, Simplex for others");
    }
  }

  @Test
  void generate_guidanceThatDoesNotFit_isRefusedByName() {
    Guidance unfit =
        new IdleGuidance("broken") {
          @Override
          Run run() {
            throw new IllegalArgumentException("the tokenizers must be equal, but are not");
          }
        };

    assertThatThrownBy(() -> model.lm.generate(request(1).guidance(unfit).build()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "guidance \"broken\" does not fit its request: the tokenizers must be equal, but are"
                + " not");
  }

  @Test
  void generate_guidanceAfterOneThatFailsToBegin_closesWhatHadBegun() {
    List<String> closed = new ArrayList<>();
    Guidance first =
        new IdleGuidance("broken") {
          @Override
          public void close() {
            closed.add("first");
          }
        };
    Guidance second =
        new IdleGuidance("broken") {
          @Override
          Run run() {
            throw Fault.broken();
          }
        };

    assertThatThrownBy(() -> model.lm.generate(request(1).guidance(first, second).build()))
        .hasMessage("guidance \"broken\" failed in begin(): out of luck");

    assertThat(closed).containsExactly("first");
  }

  @Test
  void listener_throws_endsTheRequestWithThat() {
    int before = model.owned();
    IllegalStateException broken = Fault.broken();
    GenerationListener listener =
        step -> {
          throw broken;
        };

    assertThatThrownBy(() -> model.lm.generate(request(1).build(), listener)).isSameAs(broken);

    assertThat(model.owned()).isEqualTo(before);
  }

  @Test
  void listener_throwsAnError_endsTheRequestWithThat() {
    int before = model.owned();
    AssertionError error = new AssertionError("a test's");

    assertThatThrownBy(
            () ->
                model.lm.generate(
                    request(1).build(),
                    step -> {
                      throw error;
                    }))
        .isSameAs(error);

    assertThat(model.owned()).isEqualTo(before);
  }

  @Test
  void listener_givesNull_isNamed() {
    assertThatThrownBy(() -> model.lm.generate(request(1).build(), step -> null))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("the listener's signal");
  }

  private static GenerationRequest sampled(int length) {
    return request(5).sampler("pluggable").length(length).build();
  }

  /**
   * The ids drawn at each step for so many rows. The sampler fails for more than 13 rows, or more
   * than 31 wide ones.
   */
  private static List<List<Long>> drawnAtSize(int rows, Runnable work) {
    List<List<Long>> drawn = new ArrayList<>();
    Pluggable.step =
        input -> {
          SamplerStep.Tokens step = (SamplerStep.Tokens) Pluggable.draw(input);
          long size = input.logits().getShape().get(0);
          boolean wide = input.logits().getShape().get(1) == Checkpoints.WIDE;
          if (size > (wide ? 31 : 13)) {
            throw new IllegalStateException("too many rows: " + size);
          }
          if (size == rows) {
            drawn.add(Arrays.stream(step.ids().toLongArray()).boxed().toList());
          }
          return step;
        };
    work.run();
    return drawn;
  }

  /** Records the logits of every step. */
  private static final class Recorder extends IdleGuidance {
    final List<List<Float>> logits = new ArrayList<>();

    Recorder() {
      super("recorder");
    }

    @Override
    public void guide(GuidedStep step) {
      try (NDArray all = step.logits(0, step.rows())) {
        logits.add(Arrays.stream(all.toArray()).map(Number::floatValue).toList());
      }
    }
  }
}
