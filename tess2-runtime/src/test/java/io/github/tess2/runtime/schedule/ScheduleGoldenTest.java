package io.github.tess2.runtime.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.tess2.runtime.Checkpoints;
import io.github.tess2.runtime.checkpoint.SafetensorsFile;
import io.github.tess2.spi.NoiseSchedule;
import io.github.tess2.spi.Plugins;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Compares the schedules with float64 values of the PyTorch oracle. Tolerance: 1e-9 relative,
 * element by element.
 */
class ScheduleGoldenTest {
  private static final Path GOLDEN = Path.of("src/test/resources/golden");
  private static final int[] STEPS = {1, 2, 10, 100, 1000, 5000};
  private static final double TOLERANCE = 1e-9;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "linear",
        "scaled_linear",
        "sigmoid",
        "squaredcos_cap_v2",
        "squaredcos_improved_ddpm"
      })
  void alphasCumprod_anySteps_equalsTheOracles(String name) throws Exception {
    NoiseSchedule schedule = Plugins.of(NoiseSchedule.class).named(name);
    for (int steps : STEPS) {
      double[] actual = schedule.alphasCumprod(steps);
      int[] indices = sampledIndices(steps);
      double[] expected = expected(name + "/" + steps, indices.length);
      for (int i = 0; i < indices.length; i++) {
        assertThat(actual[indices[i]])
            .as("alpha-bar %d of %d", indices[i], steps)
            .isCloseTo(expected[i], withinPercentage(100 * TOLERANCE));
      }
    }
  }

  private static double[] expected(String tensor, int length) {
    double[] expected = new double[length];
    try (SafetensorsFile file =
        SafetensorsFile.open(GOLDEN.resolve("cases/schedules.safetensors"))) {
      Checkpoints.bytes(file, tensor).asDoubleBuffer().get(expected);
    }
    return expected;
  }

  /** The oracle keeps every value of short schedules and a sample of long ones. */
  private static int[] sampledIndices(int steps) throws Exception {
    JsonElement sample =
        schedulesCase()
            .getAsJsonObject("parameters")
            .getAsJsonObject("sampled_indices")
            .get(Integer.toString(steps));
    if (sample == null) {
      return IntStream.range(0, steps).toArray();
    }
    JsonArray indices = sample.getAsJsonArray();
    return StreamSupport.stream(indices.spliterator(), false)
        .mapToInt(JsonElement::getAsInt)
        .toArray();
  }

  private static JsonObject schedulesCase() throws Exception {
    String manifest = Files.readString(GOLDEN.resolve("manifest.json"));
    JsonArray cases = JsonParser.parseString(manifest).getAsJsonObject().getAsJsonArray("cases");
    return StreamSupport.stream(cases.spliterator(), false)
        .map(JsonElement::getAsJsonObject)
        .filter(one -> one.get("name").getAsString().equals("schedules"))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void firstValue_ofTheReleasedModelsSchedule_isExactlyOne() {
    // Step 0 is then without noise, so the sampler's last draw is the state itself.
    assertThat(new SquaredCosImprovedDdpmSchedule().alphasCumprod(100)[0]).isEqualTo(1);
  }

  @Test
  void names_installed_areTheFivePublished() {
    assertThat(Plugins.of(NoiseSchedule.class).names())
        .containsExactly(
            "linear", "scaled_linear", "sigmoid", "squaredcos_cap_v2", "squaredcos_improved_ddpm");
  }
}
