package io.github.tess2.runtime.generation;

import static io.github.tess2.runtime.generation.OpenModel.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.tess2.Blank;
import io.github.tess2.GenerationListener;
import io.github.tess2.GenerationRequest;
import io.github.tess2.GenerationResult;
import io.github.tess2.PluginException;
import io.github.tess2.Prompt;
import io.github.tess2.guidance.ClassifierFree;
import io.github.tess2.runtime.generation.DeterminismTest.Outcome;
import io.github.tess2.spi.DecodingRequest;
import io.github.tess2.spi.PromptCache;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tests requests whose prompt is not computed in every pass. RunGoldenTest tests the computed
 * values.
 */
class PromptCacheTest {
  private static OpenModel model;

  @BeforeAll
  static void open() {
    model = new OpenModel("mistral");
  }

  @AfterAll
  static void close() {
    model.close();
  }

  private static GenerationResult generate(GenerationRequest.Builder request) {
    return model.lm.generate(request.build());
  }

  private static List<GenerationRequest.Builder> prompts() {
    return List.of(
        request(3).steps(6),
        request(4).steps(6).sampler("simplex-ddim"),
        request(5).steps(5).guidance(ClassifierFree.of(1.5)),
        GenerationRequest.builder(Prompt.raw("Once")).seed(6).length(7),
        GenerationRequest.builder(
                Prompt.infill("1 + ", Blank.blank(2), " = 3, and ", Blank.blank(3)))
            .seed(7),
        GenerationRequest.builder(Prompt.infill(Blank.blank(9), " and so on")).seed(8));
  }

  @Test
  void generate_refreshAtEveryPass_isWhatThereIsWithoutOne() {
    List<Outcome> expected =
        prompts().stream().map(PromptCacheTest::generate).map(Outcome::of).toList();

    assertThat(prompts())
        .extracting(one -> Outcome.of(generate(one.cache("refresh:every=1"))))
        .isEqualTo(expected);
    assertThat(prompts())
        .extracting(one -> Outcome.of(generate(one.cache("none"))))
        .isEqualTo(expected);
  }

  /** Without this, the tests of this class would also pass if the cache were never used. */
  @Test
  void generate_refreshAtSomePasses_isSomethingElse() {
    assertThat(generate(request(3).steps(6).cache("refresh:every=2")).confidence())
        .isNotEqualTo(generate(request(3).steps(6)).confidence());
  }

  @Test
  void generateAll_anyCache_givesWhatEachGivesAlone() {
    List<String> caches =
        List.of("refresh:every=2", "refresh:every=3", "none", "refresh:every=100");
    List<GenerationRequest> requests = new ArrayList<>();
    for (String cache : caches) {
      prompts().forEach(one -> requests.add(one.cache(cache).build()));
    }
    List<Outcome> alone = requests.stream().map(model.lm::generate).map(Outcome::of).toList();

    assertThat(model.lm.generateAll(requests)).extracting(Outcome::of).isEqualTo(alone);
    for (int from = 0; from < requests.size(); from += 5) {
      int to = Math.min(from + 5, requests.size());
      assertThat(model.lm.generateAll(requests.subList(from, to)))
          .extracting(Outcome::of)
          .isEqualTo(alone.subList(from, to));
    }
  }

  /** Both a request and a window begin with a first pass. */
  @Test
  void refreshes_severalWindows_isAskedOfPassesOfTheWindow() {
    List<Integer> asked = new ArrayList<>();
    PromptCache noting =
        decoding ->
            pass -> {
              asked.add(pass);
              return false;
            };

    GenerationResult result =
        generate(request(3).length(6).steps(3).canvas("blocks:length=3").cache(noting));

    // Pass 1 always computes everything, so the cache is only asked about later passes.
    List<Integer> window = List.of(2, 2, 3);
    assertThat(asked)
        .isEqualTo(
            result.steps() == 3
                ? window
                : List.of(window, window).stream().flatMap(List::stream).toList());
  }

  @Test
  void begin_anyRequest_isToldOfIt() {
    List<DecodingRequest> seen = new ArrayList<>();

    generate(
        request(3)
            .steps(5)
            .length(9)
            .cache(
                decoding -> {
                  seen.add(decoding);
                  return pass -> false;
                }));

    assertThat(seen).hasSize(1);
    assertThat(seen.get(0).rows()).isEqualTo(9);
    assertThat(seen.get(0).total()).isEqualTo(5);
    assertThat(seen.get(0).endsAtEos()).isTrue();
  }

  /** A sequence that has lost rows is computed whole once before parts are left out again. */
  @ParameterizedTest
  @ValueSource(strings = {"refresh:every=2", "refresh:every=100"})
  void generate_canvasThatIsTrimmed_goesOn(String cache) {
    GenerationResult result =
        generate(
            request(3).steps(6).canvas("trim:steps=1").cache(cache).guidance(new EndsAtFive()));

    assertThat(result.steps()).isEqualTo(6);
    assertThat(result.tokenIds().length()).isEqualTo(4);
  }

  @ParameterizedTest
  @ValueSource(strings = {"trim:steps=1", "blocks:length=5"})
  void generate_canvasThatChanges_leavesNoTensor(String canvas) {
    int before = model.owned();

    generate(request(3).canvas(canvas).cache("refresh:every=100").guidance(new EndsAtFive()));

    assertThat(model.owned()).isEqualTo(before);
  }

  @Test
  void generate_cancelled_leavesNoTensor() {
    int before = model.owned();

    model.lm.generate(
        request(3).steps(6).cache("refresh:every=100").build(),
        step ->
            step.step() == 3
                ? GenerationListener.Signal.CANCEL
                : GenerationListener.Signal.CONTINUE);

    assertThat(model.owned()).isEqualTo(before);
  }

  @Test
  void generateAllAsync_cacheThatFails_endsItsRequestOnly() throws Exception {
    int before = model.owned();
    PromptCache broken =
        decoding ->
            pass -> {
              if (pass == 3) {
                throw new IllegalStateException("out of luck");
              }
              return false;
            };
    GenerationRequest other = request(4).cache("refresh:every=2").build();
    Outcome expected = Outcome.of(model.lm.generate(other));

    List<CompletableFuture<GenerationResult>> answers =
        model.lm.generateAllAsync(List.of(request(3).cache(broken).build(), other));

    assertThat(Outcome.of(answers.get(1).get())).isEqualTo(expected);
    assertThatThrownBy(() -> answers.get(0).get())
        .hasCauseInstanceOf(PluginException.class)
        .cause()
        .hasMessage(
            "prompt cache \"%s\" failed at step 3: out of luck", broken.getClass().getName());
    assertThat(model.owned()).isEqualTo(before);
  }

  @Test
  void generate_cacheThatDoesNotFit_isRefused() {
    PromptCache picky =
        decoding -> {
          throw new IllegalArgumentException("rows must be over 20, but are: " + decoding.rows());
        };

    assertThatIllegalArgumentException()
        .isThrownBy(() -> generate(request(3).cache(picky)))
        .withMessage(
            "prompt cache \"%s\" does not fit its request: rows must be over 20, but are: 12",
            picky.getClass().getName());
  }

  @Test
  void generate_refreshOfNoPass_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> generate(request(3).cache("refresh:every=0")))
        .withMessageContaining("prompt cache \"refresh\"")
        .withMessageContaining("every")
        .withMessageContaining("0");
  }

  @Test
  void generate_unknownCache_isRefused() {
    assertThatThrownBy(() -> generate(request(3).cache("both-sides")))
        .isInstanceOf(PluginException.class)
        .hasMessageStartingWith(
            "no PromptCacheProvider is named \"both-sides\"; there are [none, refresh]");
  }
}
