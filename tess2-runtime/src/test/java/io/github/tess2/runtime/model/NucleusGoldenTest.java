package io.github.tess2.runtime.model;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.tess2.Precision;
import io.github.tess2.runtime.Goldens;
import io.github.tess2.runtime.checkpoint.Checkpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Compares the tokens in the nucleus with the oracle's sorted nucleus. A uniform number in the
 * middle of a token's share draws that token. A second number would draw the likeliest token, so
 * the result shows whether the first draw was accepted.
 */
class NucleusGoldenTest {
  /** Shares below this lie between two float32 numbers, so they are never drawn. */
  private static final double SMALLEST_SHARE = 1e-5;

  private static DiffusionModel model;

  /** One row of logits under one setting. */
  record Row(Goldens.Case golden, double topP, double temperature, int row) {
    float[] logits() {
      int width = width();
      return Goldens.rows(golden.input("logits"), width, row, row + 1);
    }

    boolean[] members() {
      boolean[] all = golden.flags("top_p=%s/temperature=%s/members".formatted(topP, temperature));
      boolean[] own = new boolean[width()];
      System.arraycopy(all, row * own.length, own, 0, own.length);
      return own;
    }

    private int width() {
      return golden.input("logits").length / rows(golden);
    }

    double[] probabilities() {
      float[] logits = logits();
      double[] probabilities = new double[logits.length];
      double sum = 0;
      for (int i = 0; i < logits.length; i++) {
        probabilities[i] = Math.exp(logits[i] / temperature);
        sum += probabilities[i];
      }
      for (int i = 0; i < logits.length; i++) {
        probabilities[i] /= sum;
      }
      return probabilities;
    }

    static int rows(Goldens.Case golden) {
      return golden.name().equals("nucleus-ties") ? 2 : 4;
    }
  }

  static Stream<Row> rows() {
    return Goldens.ofKind("nucleus").stream().flatMap(NucleusGoldenTest::rows);
  }

  private static Stream<Row> rows(Goldens.Case golden) {
    List<Row> rows = new ArrayList<>();
    for (Map<?, ?> setting : golden.parameter("settings", Map[].class)) {
      for (int row = 0; row < Row.rows(golden); row++) {
        rows.add(
            new Row(
                golden, (Double) setting.get("top_p"), (Double) setting.get("temperature"), row));
      }
    }
    return rows.stream();
  }

  @BeforeAll
  static void load() {
    try (Checkpoint checkpoint = Checkpoint.open(Goldens.checkpoint("mistral"))) {
      model = DiffusionModel.load(checkpoint, Device.cpu(), Precision.FP32);
    }
  }

  @AfterAll
  static void close() {
    model.close();
  }

  @ParameterizedTest
  @MethodSource("rows")
  void draw_eachToken_isAcceptedExactlyWhereTheNucleusHasIt(Row row) {
    double[] probabilities = row.probabilities();
    boolean[] members = row.members();
    int likeliest = likeliest(probabilities);
    List<Integer> tried = new ArrayList<>();
    for (int token = 0; token < probabilities.length; token++) {
      if (probabilities[token] >= SMALLEST_SHARE) {
        tried.add(token);
      }
    }

    long[] drawn = draw(row, tried, likeliest);

    for (int i = 0; i < drawn.length; i++) {
      int token = tried.get(i);
      assertThat(drawn[i])
          .as("draw of token %d, likeliest %d", token, likeliest)
          .isEqualTo(members[token] ? token : likeliest);
    }
    // Tokens too unlikely to be drawn must be outside the nucleus, otherwise the test would not
    // cover them.
    assertThat(row.topP() == 1 || outside(members, probabilities)).isTrue();
  }

  private static boolean outside(boolean[] members, double[] probabilities) {
    for (int token = 0; token < members.length; token++) {
      if (members[token] && probabilities[token] < SMALLEST_SHARE) {
        return false;
      }
    }
    return true;
  }

  private static long[] draw(Row row, List<Integer> tokens, int likeliest) {
    double[] probabilities = row.probabilities();
    float[] logits = row.logits();
    int width = logits.length;
    float[] repeated = new float[tokens.size() * width];
    float[] uniforms = new float[tokens.size() * 3];
    for (int i = 0; i < tokens.size(); i++) {
      System.arraycopy(logits, 0, repeated, i * width, width);
      uniforms[3 * i] = middle(probabilities, tokens.get(i));
      uniforms[3 * i + 1] = middle(probabilities, likeliest);
    }
    try (NDManager scope = model.manager().newSubManager()) {
      NDArray drawn =
          model.draw(
              scope,
              scope.create(repeated, new Shape(tokens.size(), width)),
              scope.create(uniforms, new Shape(tokens.size(), 3)),
              row.temperature(),
              row.topP());
      return drawn.toLongArray();
    }
  }

  private static float middle(double[] probabilities, int token) {
    double before = 0;
    for (int i = 0; i < token; i++) {
      before += probabilities[i];
    }
    return (float) (before + probabilities[token] / 2);
  }

  private static int likeliest(double[] probabilities) {
    int likeliest = 0;
    for (int i = 1; i < probabilities.length; i++) {
      likeliest = probabilities[i] > probabilities[likeliest] ? i : likeliest;
    }
    return likeliest;
  }
}
