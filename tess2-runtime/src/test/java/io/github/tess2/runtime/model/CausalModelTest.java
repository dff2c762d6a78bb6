package io.github.tess2.runtime.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.common.primitives.ImmutableIntArray;
import io.github.tess2.ComputeDevice;
import io.github.tess2.Precision;
import io.github.tess2.runtime.Checkpoints;
import io.github.tess2.runtime.Goldens;
import io.github.tess2.runtime.checkpoint.Checkpoint;
import io.github.tess2.runtime.engine.Devices;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compares next-token losses with the oracle; tolerance 1e-4 relative in float32. */
class CausalModelTest {
  private static final Goldens.Case GOLDEN = Goldens.named("train-ar-all");

  @TempDir private static Path folder;
  private static CausalModel model;

  /** The case's weights without the time embedding, which an autoregressive model lacks. */
  @BeforeAll
  static void load() throws IOException {
    Path diffusion = Goldens.checkpoint("mistral");
    String config = Files.readString(diffusion.resolve("config.json"));
    Files.writeString(
        folder.resolve("config.json"), config.replaceAll("For\\w*DiffusionLM", "ForCausalLM"));
    String weights = "model.safetensors";
    Checkpoints.copyWithout(
        "timestep_embed.weight", diffusion.resolve(weights), folder.resolve(weights));
    Device device = Devices.first(ComputeDevice.CPU);
    try (Checkpoint checkpoint = Checkpoint.open(folder)) {
      model = CausalModel.load(checkpoint, device, Precision.FP32);
    }
  }

  @AfterAll
  static void close() {
    model.close();
  }

  private static List<ImmutableIntArray> sequences() {
    List<ImmutableIntArray> sequences = new ArrayList<>();
    for (int[] ids : GOLDEN.parameter("ids", int[][].class)) {
      sequences.add(ImmutableIntArray.copyOf(ids));
    }
    return sequences;
  }

  @Test
  void logits_ofTwoSequences_giveTheOraclesLosses() {
    List<ImmutableIntArray> sequences = sequences();
    float[] expected = GOLDEN.output("losses");
    int rows = sequences.stream().mapToInt(ImmutableIntArray::length).sum();
    try (NDManager scope = NDManager.newBaseManager(Devices.first(ComputeDevice.CPU), "PyTorch")) {
      NDArray all = scope.create(LongStream.range(0, rows).toArray());
      NDArray losses = model.logits(scope, sequences, all).logSoftmax(1).neg();
      int n = 0;
      int row = 0;
      for (ImmutableIntArray sequence : sequences) {
        for (int i = 1; i < sequence.length(); i++, n++) {
          assertThat(losses.getFloat(row + i - 1, sequence.get(i)))
              .isCloseTo(expected[n], within(1e-4f * expected[n]));
        }
        row += sequence.length();
      }
      assertThat(n).isEqualTo(expected.length);
    }
  }

  @Test
  void continuations_ofSeveral_areEachOnesOwn() {
    List<ImmutableIntArray> prompts =
        List.of(sequences().get(0), sequences().get(1).subArray(0, 5).trimmed());

    List<ImmutableIntArray> together = model.continuations(prompts, 6, -1);

    assertThat(together).allMatch(added -> added.length() == 6);
    for (int i = 0; i < prompts.size(); i++) {
      assertThat(model.continuations(List.of(prompts.get(i)), 6, -1))
          .containsExactly(together.get(i));
    }
  }

  @Test
  void continuations_endToken_endsOneAndNotTheOthers() {
    List<ImmutableIntArray> prompts = sequences();
    List<ImmutableIntArray> free = model.continuations(prompts, 6, -1);
    int end = free.get(0).get(2);

    List<ImmutableIntArray> ended = model.continuations(prompts, 6, end);

    for (int i = 0; i < prompts.size(); i++) {
      int at = free.get(i).indexOf(end);
      assertThat(ended.get(i))
          .isEqualTo(at < 0 ? free.get(i) : free.get(i).subArray(0, at).trimmed());
    }
  }

  @Test
  void samples_ofManySeeds_areDrawnByTheModelsProbabilities() {
    ImmutableIntArray prompt = sequences().get(0);
    int count = 4000;
    double temperature = 0.7;

    List<ImmutableIntArray> drawn =
        model.samples(Collections.nCopies(count, prompt), 1, -1, temperature, 1);

    try (NDManager scope = NDManager.newBaseManager(Devices.first(ComputeDevice.CPU), "PyTorch")) {
      NDArray last = scope.create(new long[] {prompt.length() - 1L});
      float[] expected =
          model.logits(scope, List.of(prompt), last).div(temperature).softmax(1).toFloatArray();
      for (int token = 0; token < expected.length; token++) {
        int wanted = token;
        double share = (double) drawn.stream().filter(one -> one.get(0) == wanted).count() / count;
        double deviation = Math.sqrt(expected[token] * (1 - expected[token]) / count);
        assertThat(share).isCloseTo(expected[token], within(5 * deviation + 2.0 / count));
      }
    }
  }

  @Test
  void samples_ofSeveral_areEachOnesOwn() {
    List<ImmutableIntArray> prompts = sequences();

    List<ImmutableIntArray> together = model.samples(prompts, 6, -1, 1, 3);

    for (int i = 0; i < prompts.size(); i++) {
      assertThat(model.samples(List.of(prompts.get(i)), 6, -1, 1, 3 + i))
          .containsExactly(together.get(i));
    }
  }
}
