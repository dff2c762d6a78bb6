package io.github.tess2.runtime.generation;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.tess2.GenerationRequest;
import io.github.tess2.Prompt;
import io.github.tess2.guidance.RewardGuidance;
import io.github.tess2.runtime.Checkpoints;
import io.github.tess2.runtime.engine.ChildJvm;
import io.github.tess2.runtime.engine.NativeMemory;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The peak memory of a generation does not grow with vocabulary × length. */
class PeakMemoryTest {
  /** One chunk. */
  private static final int SHORT = 32;

  private static final int LONG = 512;

  /** One tensor {@code [G,V]} of the longer request, 82 MB; {@code [G,H]} is 64 KiB. */
  private static final long WIDE_TENSOR = 4L * LONG * Checkpoints.WIDE;

  private static final Pattern PEAKS = Pattern.compile("peaks (-?\\d+) (-?\\d+)");

  @TempDir Path folder;

  @ParameterizedTest(name = "guided: {0}")
  @ValueSource(booleans = {false, true})
  void generate_longer_holdsNoTensorOfLengthTimesVocabularyButLogitsThatAreKept(boolean guided)
      throws Exception {
    NativeMemory.resetPeak();
    // Runs alone, with a heap of fixed size and an allocator that keeps no large blocks, so that
    // tensors determine the peak.
    ChildJvm.Outcome outcome =
        new ChildJvm()
            .option("-Xms96m")
            .option("-Xmx96m")
            .option("-XX:+UseSerialGC")
            .option("-XX:+AlwaysPreTouch")
            .environment("MALLOC_MMAP_THRESHOLD_", "1048576")
            .environment("MALLOC_TRIM_THRESHOLD_", "1048576")
            .run(Peaks.class, Checkpoints.wide(folder).toString(), String.valueOf(guided));

    Matcher peaks = PEAKS.matcher(outcome.output());
    assertThat(peaks.find()).as(outcome.output()).isTrue();
    // A guided step keeps its logits if there is room for them (HeadLogits).
    long kept = guided ? WIDE_TENSOR : 0;
    // The backbone's activations and the L×L attention scores grow by a few MB.
    assertThat(Long.parseLong(peaks.group(2)) - Long.parseLong(peaks.group(1)))
        .as("bytes that %d positions need more than %d", LONG, SHORT)
        .isLessThan(kept + WIDE_TENSOR / 4);
  }

  /** Prints how much the process's memory rises for the shorter and the longer request. */
  public static final class Peaks {
    public static void main(String[] arguments) {
      boolean guided = Boolean.parseBoolean(arguments[1]);
      try (OpenModel model = new OpenModel(Path.of(arguments[0]))) {
        long few = NativeMemory.peakBytes(() -> model.lm.generate(request(SHORT, guided)));
        long many = NativeMemory.peakBytes(() -> model.lm.generate(request(LONG, guided)));
        System.out.println("peaks " + few + " " + many);
      }
    }

    private static GenerationRequest request(int length, boolean guided) {
      GenerationRequest.Builder request =
          GenerationRequest.builder(Prompt.raw("a")).seed(1).steps(2).length(length);
      if (guided) {
        request.guidance(
            RewardGuidance.builder(
                    "climbing", input -> input.probabilitiesOf(40).squeeze(-1).sum(new int[] {1}))
                .build());
      }
      return request.build();
    }
  }
}
