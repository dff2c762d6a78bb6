package io.github.tess2.runtime.generation;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.primitives.ImmutableIntArray;
import io.github.tess2.Blank;
import io.github.tess2.ComputeDevice;
import io.github.tess2.Confidence;
import io.github.tess2.DiffusionLM;
import io.github.tess2.FinishReason;
import io.github.tess2.GenerationListener;
import io.github.tess2.GenerationRequest;
import io.github.tess2.GenerationResult;
import io.github.tess2.Message;
import io.github.tess2.Precision;
import io.github.tess2.Prompt;
import io.github.tess2.runtime.Checkpoints;
import io.github.tess2.runtime.Goldens;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The same seed gives the same result, to the last bit of its confidences, no matter what else
 * runs.
 */
@Tag("kernels")
class DeterminismTest {
  private static final int THREADS = 4;

  /** Everything in a result except the timings. Records compare doubles by their bits. */
  record Outcome(
      String text,
      List<String> blanks,
      ImmutableIntArray tokenIds,
      Confidence confidence,
      FinishReason reason,
      int steps) {
    static Outcome of(GenerationResult result) {
      return new Outcome(
          result.text(),
          result.blanks(),
          result.tokenIds(),
          result.confidence(),
          result.finishReason(),
          result.steps());
    }
  }

  /** All kinds of prompt, with lengths from 1 to 40 and settings that do and do not batch alike. */
  private static List<GenerationRequest> requests() {
    List<Prompt> prompts =
        List.of(
            Prompt.user("What is 17 + 25?"),
            Prompt.raw("Once"),
            Prompt.infill("1 + ", Blank.blank(2), " = 3, and 4 + ", Blank.blank(1), " = 9."),
            Prompt.chat(Message.user("Hi"), Message.assistant("Hello."), Message.user("Add 1, 2")),
            Prompt.raw("a b c d e f g h i j k"),
            Prompt.infill(Blank.blank(17), " and so on"));
    List<GenerationRequest> requests = new ArrayList<>();
    for (int i = 0; i < 18; i++) {
      GenerationRequest.Builder request =
          GenerationRequest.builder(prompts.get(i % prompts.size())).seed(i);
      if (!(prompts.get(i % prompts.size()) instanceof Prompt.Infill)) {
        request.length(new int[] {1, 24, 9, 15, 16, 2, 7}[i % 7]);
      }
      switch (i % 9) {
        case 1 -> request.sampler("simplex-ddim");
        case 2 -> request.grid("information");
        case 3 -> request.temperature(1.7).topP(0.4);
        case 4 -> request.greedy();
        case 5 -> request.grid("cosine").steps(3);
        case 6 -> request.steps(3).noiseSchedule("linear");
        case 7 -> request.grid("uniform").sampler("entropy-bound");
        case 8 -> request.topP(1).cache("refresh:every=2");
        default -> {}
      }
      requests.add(request.build());
    }
    return requests;
  }

  private static List<Outcome> alone(DiffusionLM lm, List<GenerationRequest> requests) {
    return requests.stream().map(lm::generate).map(Outcome::of).toList();
  }

  @ParameterizedTest
  @CsvSource({"mistral, FP32", "mistral, BF16", "mistral, FP16", "llama, FP32", "llama, BF16"})
  void generateAll_anyBatch_givesWhatEachGivesAlone(String checkpoint, Precision precision) {
    List<GenerationRequest> requests = requests();
    Random random = new Random(1);
    try (DiffusionLM lm = Checkpoints.open(checkpoint, precision)) {
      List<Outcome> expected = alone(lm, requests);
      for (int round = 0; round < 12; round++) {
        List<Integer> order = shuffled(requests.size(), random);
        List<Integer> batch = order.subList(0, 1 + random.nextInt(order.size()));

        List<GenerationResult> results = lm.generateAll(batch.stream().map(requests::get).toList());

        for (int i = 0; i < batch.size(); i++) {
          assertThat(Outcome.of(results.get(i)))
              .as("request %d in the batch %s", batch.get(i), batch)
              .isEqualTo(expected.get(batch.get(i)));
        }
      }
    }
  }

  /** With two threads, each computes a different part of an operation and has separate memory. */
  @ParameterizedTest
  @EnumSource(names = {"FP32", "BF16"})
  void generateAll_sequencesOfOneLengthOnTwoThreads_givesWhatEachGivesAlone(Precision precision) {
    try (DiffusionLM lm =
        DiffusionLM.builder()
            .model(Goldens.checkpoint("mistral"))
            .device(ComputeDevice.CPU)
            .precision(precision)
            .threads(2)
            .build()) {
      for (int length = 1; length < 30; length++) {
        GenerationRequest request =
            GenerationRequest.builder(Prompt.raw("a")).seed(length).length(length).steps(2).build();
        Outcome alone = Outcome.of(lm.generate(request));

        assertThat(lm.generateAll(List.of(request, request, request)))
            .as("length %d", length)
            .extracting(Outcome::of)
            .containsOnly(alone);
      }
    }
  }

  @Test
  void generateAll_canvasesOfSeveralChunks_givesWhatEachGivesAlone(@TempDir Path folder)
      throws Exception {
    List<GenerationRequest> requests =
        IntStream.of(40, 9, 33, 24, 1)
            .mapToObj(
                length ->
                    GenerationRequest.builder(Prompt.raw("a"))
                        .seed(length)
                        .length(length)
                        .steps(3)
                        .build())
            .toList();
    try (DiffusionLM lm = Checkpoints.open(Checkpoints.wide(folder), Precision.FP32)) {
      List<Outcome> expected = alone(lm, requests);

      assertThat(lm.generateAll(requests)).map(Outcome::of).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"FP32", "BF16"})
  void generate_whileOthersGenerate_givesTheSame(Precision precision) throws Exception {
    List<GenerationRequest> requests = requests();
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try (DiffusionLM lm = Checkpoints.open("mistral", precision)) {
      List<Outcome> expected = alone(lm, requests);
      List<Future<List<Outcome>>> running = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        int seed = i;
        running.add(threads.submit(inAnyOrder(lm, requests, seed)));
      }
      for (Future<List<Outcome>> one : running) {
        assertThat(one.get()).isEqualTo(expected);
      }
    } finally {
      threads.shutdown();
    }
  }

  private static Callable<List<Outcome>> inAnyOrder(
      DiffusionLM lm, List<GenerationRequest> requests, int seed) {
    return () -> {
      List<Outcome> outcomes = new ArrayList<>(Collections.nCopies(requests.size(), null));
      for (int i : shuffled(requests.size(), new Random(seed))) {
        outcomes.set(i, Outcome.of(lm.generate(requests.get(i))));
      }
      return outcomes;
    };
  }

  @Test
  void generateAsync_manyAtOnce_givesWhatEachGivesAlone() {
    List<GenerationRequest> requests = requests();
    try (DiffusionLM lm = Checkpoints.open("mistral", Precision.BF16)) {
      List<Outcome> expected = alone(lm, requests);

      List<CompletableFuture<GenerationResult>> answers =
          requests.stream().map(lm::generateAsync).toList();

      assertThat(answers.stream().map(CompletableFuture::join).map(Outcome::of))
          .containsExactlyElementsOf(expected);
    }
  }

  @Test
  void generate_loadedAgain_givesTheSame() {
    List<Outcome> first;
    try (DiffusionLM lm = Checkpoints.open("llama", Precision.BF16)) {
      first = alone(lm, requests());
    }
    try (DiffusionLM lm = Checkpoints.open("llama", Precision.BF16)) {
      assertThat(alone(lm, requests())).isEqualTo(first);
    }
  }

  @Test
  void generate_observed_givesTheSame() {
    try (DiffusionLM lm = Checkpoints.open("mistral", Precision.BF16)) {
      for (GenerationRequest request : requests()) {
        List<String> texts = new ArrayList<>();
        GenerationResult observed =
            lm.generate(
                request,
                step -> {
                  texts.add(step.text());
                  return GenerationListener.Signal.CONTINUE;
                });

        assertThat(Outcome.of(observed)).isEqualTo(Outcome.of(lm.generate(request)));
        assertThat(texts).hasSize(observed.steps()).endsWith(observed.text());
      }
    }
  }

  @Test
  void generate_seedOfAResult_repeatsIt() {
    GenerationRequest unseeded = GenerationRequest.of("Hi");
    try (DiffusionLM lm = Checkpoints.open("mistral", Precision.FP32)) {
      GenerationResult first = lm.generate(unseeded);
      GenerationResult other = lm.generate(unseeded);
      GenerationResult again =
          lm.generate(GenerationRequest.builder(unseeded.prompt()).seed(first.seed()).build());

      assertThat(Outcome.of(again)).isEqualTo(Outcome.of(first));
      assertThat(Outcome.of(other)).isNotEqualTo(Outcome.of(first));
    }
  }

  private static List<Integer> shuffled(int size, Random random) {
    List<Integer> order = new ArrayList<>(IntStream.range(0, size).boxed().toList());
    Collections.shuffle(order, random);
    return order;
  }
}
