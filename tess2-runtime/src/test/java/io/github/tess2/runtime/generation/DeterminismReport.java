package io.github.tess2.runtime.generation;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.tess2.Blank;
import io.github.tess2.GenerationRequest;
import io.github.tess2.GenerationResult;
import io.github.tess2.Precision;
import io.github.tess2.Prompt;
import io.github.tess2.runtime.engine.Threads;
import io.github.tess2.runtime.graph.LinearKernel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Prints the figures of {@code docs/determinism.md}: how often, on the shipped model, a result
 * differs from what its request gives alone on one thread. Runs only by name. It fails if a
 * guarantee is broken.
 */
// Claims of threads are only held in try blocks, not used.
@SuppressWarnings("try")
class DeterminismReport {
  private static final Path SHIPPED = Path.of("src/main/resources/io/github/tess2/runtime/shipped");

  private static final int REQUESTS = 24;

  private static final String CHOSEN = " (chosen)";

  /** How many results differ from the expected ones in a bit, and how many in a token. */
  record Difference(int bits, int tokens) {
    static Difference between(List<GenerationResult> expected, List<GenerationResult> found) {
      int bits = 0;
      int tokens = 0;
      for (int i = 0; i < expected.size(); i++) {
        GenerationResult one = expected.get(i);
        GenerationResult other = found.get(i);
        boolean alike = one.tokenIds().equals(other.tokenIds());
        tokens += alike ? 0 : 1;
        bits += alike && one.confidence().equals(other.confidence()) ? 0 : 1;
      }
      return new Difference(bits, tokens);
    }

    @Override
    public String toString() {
      return String.format(Locale.ROOT, "%2d %2d", bits, tokens);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "FP32, ",
    "FP32, ONEDNN",
    "FP32, ATEN",
    "FP32, BLOCKS",
    "BF16, ",
    "BF16, ATEN",
    "FP16, ",
    "FP16, ATEN"
  })
  void results_ofTheShippedModel(Precision precision, @Nullable LinearKernel wanted) {
    List<GenerationRequest> requests = requests();
    List<GenerationResult> onOne = List.of();
    for (int threads : new int[] {1, 2, 4}) {
      try (Threads.Claim claim = Threads.claim(OptionalInt.of(threads));
          OpenModel model = new OpenModel(SHIPPED, precision, wanted)) {
        String name = precision + " " + model.kernel() + (wanted == null ? CHOSEN : "");
        List<GenerationResult> alone = inBatches(model, requests, 1);
        for (int size : threads == 1 ? new int[] {1, 2, 3, 7, REQUESTS} : new int[] {7}) {
          report(
              name,
              threads + " threads, batches of " + size,
              Difference.between(alone, inBatches(model, requests, size)));
        }
        if (threads == 1) {
          onOne = alone;
        } else {
          print(name, threads + " threads compared with one", Difference.between(onOne, alone));
        }
      }
    }
    try (Threads.Claim claim = Threads.claim(OptionalInt.of(1));
        OpenModel reference = new OpenModel(SHIPPED, Precision.FP32, LinearKernel.ATEN)) {
      Difference difference = Difference.between(inBatches(reference, requests, 16), onOne);
      print(
          precision + " " + (wanted == null ? CHOSEN : wanted),
          "compared with FP32 ATEN",
          difference);
    }
  }

  /**
   * Prints the differences. Asserts that there are none with the kernel that the library chooses.
   */
  private static void report(String name, String what, Difference difference) {
    print(name, what, difference);
    if (name.endsWith(CHOSEN)) {
      assertThat(difference).as(what).isEqualTo(new Difference(0, 0));
    }
  }

  private static void print(String name, String what, Difference difference) {
    System.out.printf(
        Locale.ROOT, "DETERMINISM %-20s %-24s %s of %d%n", name, what, difference, REQUESTS);
  }

  /** The three kinds of prompt, with canvases of 1 to 30 tokens. */
  private static List<GenerationRequest> requests() {
    return IntStream.range(0, REQUESTS)
        .mapToObj(
            i -> {
              Prompt prompt =
                  switch (i % 3) {
                    case 0 -> Prompt.user("What is " + (11 + i) + " + " + (23 + 7 * i) + "?");
                    case 1 -> Prompt.raw("A pen costs " + i + " cents and");
                    default ->
                        Prompt.infill(i + " + ", Blank.blank(2), " = " + 3 * i, Blank.blank(1));
                  };
              GenerationRequest.Builder request =
                  GenerationRequest.builder(prompt).seed(i).steps(10);
              return (prompt instanceof Prompt.Infill ? request : request.length(1 + i * 7 % 30))
                  .build();
            })
        .toList();
  }

  private static List<GenerationResult> inBatches(
      OpenModel model, List<GenerationRequest> requests, int size) {
    List<GenerationResult> results = new ArrayList<>();
    for (int from = 0; from < requests.size(); from += size) {
      int to = Math.min(from + size, requests.size());
      results.addAll(model.lm.generateAll(requests.subList(from, to)));
    }
    return results;
  }
}
