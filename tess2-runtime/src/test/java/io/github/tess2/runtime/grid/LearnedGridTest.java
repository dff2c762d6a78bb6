package io.github.tess2.runtime.grid;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.tess2.PluginException;
import io.github.tess2.contract.StepGridContractTest;
import io.github.tess2.spi.PluginChoice;
import io.github.tess2.spi.StepGrid;
import io.github.tess2.spi.StepGridProvider;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LearnedGridTest extends StepGridContractTest {
  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void write() throws Exception {
    file = folder.resolve("grid.json");
    Files.writeString(file, "{\"times\": [0, 0.5, 1], \"loss\": [0.1, 3.1, 4.1]}");
  }

  @Override
  protected StepGridProvider provider() {
    return new LearnedGrid();
  }

  @Override
  protected Map<String, ?> options() {
    return Map.of("file", file);
  }

  private StepGrid grid(String options) {
    return PluginChoice.named("step grid", StepGridProvider.class, "learned:" + options).plugin();
  }

  @Test
  void times_lossOnALine_areSpacedByIt() {
    // Of 4 nats in all, 3 are gained below t = 0.5: 4/3 of them lie at t = 2/9, 8/3 at 4/9.
    assertThat(grid("file=" + file + ",uniform=0").times(new ThreeSteps()))
        .containsExactly(new double[] {4.0 / 9, 2.0 / 9, 0}, within(1e-6));
  }

  private static final class ThreeSteps implements StepGrid.Request {
    @Override
    public int steps() {
      return 3;
    }

    @Override
    public int vocabularySize() {
      return 300;
    }

    @Override
    public double simplexValue() {
      return 5;
    }

    @Override
    public double alphaBar(double t) {
      throw new UnsupportedOperationException("a learned grid goes by its file");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{}|must have the fields times and loss, but does not",
        "{\"times\": [0], \"loss\": [1]}|must have at least two times and a loss for each, but has"
            + " 1 and 1",
        "{\"times\": [0, 0.5], \"loss\": [1]}|must have at least two times and a loss for each, but"
            + " has 2 and 1",
        "{\"times\": [0.5, 0.5], \"loss\": [1, 2]}|must have times that rise in [0, 1], but time 1"
            + " is: 0.5",
        "{\"times\": [0, 1], \"loss\": [1, -2]}|must have finite losses of at least 0, but loss 1"
            + " is: -2.0",
      })
  void create_brokenFile_isNamedWithRuleAndValue(String text, String problem) throws Exception {
    Files.writeString(file, text);

    assertThatThrownBy(() -> grid("file=" + file))
        .isInstanceOf(PluginException.class)
        .hasMessage("the file of step grid \"learned\", " + file + ", " + problem);
  }

  @Test
  void create_notJson_isNamed() throws Exception {
    Files.writeString(file, "{\"times\": [0,");

    assertThatThrownBy(() -> grid("file=" + file))
        .isInstanceOf(PluginException.class)
        .hasMessageStartingWith(
            "the file of step grid \"learned\", " + file + ", must be a JSON object, but is not: ");
  }

  @Test
  void create_missingFile_isNamed() {
    assertThatThrownBy(() -> grid("file=" + folder.resolve("none")))
        .isInstanceOf(PluginException.class)
        .hasMessage(
            "the file of step grid \"learned\", "
                + folder.resolve("none")
                + ", must be a file, but does not exist");
  }

  @Test
  void json_readAgain_isTheSameCurve() throws Exception {
    LossCurve curve = new LossCurve(new double[] {0, 0.25, 1}, new double[] {0, 2, 1});
    Files.writeString(file, curve.json());

    assertThat(LossCurve.read(file).rising(0.125)).isEqualTo(1);
    // A loss that falls with more noise counts as an error of measurement.
    assertThat(LossCurve.read(file).rising(1)).isEqualTo(2);
  }
}
