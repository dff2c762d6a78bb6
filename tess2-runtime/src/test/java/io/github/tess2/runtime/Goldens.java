package io.github.tess2.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.tess2.runtime.checkpoint.Checkpoint;
import io.github.tess2.runtime.checkpoint.SafetensorsFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.StreamSupport;

/**
 * Reads the oracle's cases, as {@code golden/manifest.json} describes them. The scripts in {@code
 * src/test/oracle} made them.
 */
public final class Goldens {
  private static final Path FOLDER = Path.of("src/test/resources/golden");
  private static final Gson GSON = new Gson();
  private static final List<Case> CASES = read();

  private Goldens() {}

  private static List<Case> read() {
    try {
      JsonObject manifest =
          JsonParser.parseString(Files.readString(FOLDER.resolve("manifest.json")))
              .getAsJsonObject();
      return StreamSupport.stream(manifest.getAsJsonArray("cases").spliterator(), false)
          .map(JsonElement::getAsJsonObject)
          .map(Case::new)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** All cases of a kind, at least one. */
  public static List<Case> ofKind(String kind) {
    List<Case> found = CASES.stream().filter(one -> one.kind().equals(kind)).toList();
    if (found.isEmpty()) {
      throw new IllegalArgumentException("no golden case is of the kind " + kind);
    }
    return found;
  }

  /** The case with a name. */
  public static Case named(String name) {
    return CASES.stream().filter(one -> one.name().equals(name)).findFirst().orElseThrow();
  }

  /** The folder of a checkpoint. */
  public static Path checkpoint(String name) {
    return FOLDER.resolve("checkpoints").resolve(name);
  }

  /** Asserts max|actual − expected| / max|expected| over a tensor. */
  public static void assertClose(
      String what, float[] actual, float[] expected, double toleranceRelative) {
    assertThat(actual).as("size of %s", what).hasSameSizeAs(expected);
    double largest = 0;
    double error = 0;
    for (int i = 0; i < expected.length; i++) {
      largest = Math.max(largest, Math.abs(expected[i]));
      double difference = Math.abs((double) actual[i] - expected[i]);
      // Not Math.max, which would handle NaN only by accident.
      error = difference <= error ? error : difference;
    }
    assertThat(error / largest)
        .as("relative error of %s", what)
        .isLessThanOrEqualTo(toleranceRelative);
  }

  /**
   * Asserts ‖actual − expected‖ / ‖expected‖, in the Euclidean norm. Use it for 16-bit formats, for
   * which the largest of thousands of rounding errors says little.
   */
  public static void assertCloseOverall(
      String what, float[] actual, float[] expected, double toleranceRelative) {
    assertThat(actual).as("size of %s", what).hasSameSizeAs(expected);
    double squares = 0;
    double errors = 0;
    for (int i = 0; i < expected.length; i++) {
      squares += (double) expected[i] * expected[i];
      errors += Math.pow((double) actual[i] - expected[i], 2);
    }
    assertThat(Math.sqrt(errors / squares))
        .as("relative error of %s", what)
        .isLessThanOrEqualTo(toleranceRelative);
  }

  /** One case. */
  public static final class Case {
    private final JsonObject json;

    private Case(JsonObject json) {
      this.json = json;
    }

    public String name() {
      return json.get("name").getAsString();
    }

    String kind() {
      return json.get("kind").getAsString();
    }

    /** Opens the case's checkpoint; the caller closes it. */
    public Checkpoint openCheckpoint() {
      return Checkpoint.open(checkpoint(text("checkpoint")));
    }

    public boolean has(String parameter) {
      JsonElement value = json.getAsJsonObject("parameters").get(parameter);
      return value != null && !value.isJsonNull();
    }

    public String text(String parameter) {
      return parameter(parameter, String.class);
    }

    public double number(String parameter) {
      return parameter(parameter, Double.class);
    }

    public int integer(String parameter) {
      return parameter(parameter, Integer.class);
    }

    public int[] integers(String parameter) {
      return parameter(parameter, int[].class);
    }

    public <T> T parameter(String name, Class<T> type) {
      JsonElement value = json.getAsJsonObject("parameters").get(name);
      return GSON.fromJson(value, type);
    }

    /** The names of the oracle's outputs. */
    public Iterable<String> outputs() {
      return json.getAsJsonObject("outputs").keySet();
    }

    public boolean hasOutput(String name) {
      return json.getAsJsonObject("outputs").has(name);
    }

    public float[] input(String name) {
      return floats(json.getAsJsonObject("inputs").getAsJsonObject(name));
    }

    public float[] output(String name) {
      return floats(json.getAsJsonObject("outputs").getAsJsonObject(name));
    }

    /** An expected value from the manifest itself. */
    public <T> T value(String name, Class<T> type) {
      return GSON.fromJson(
          json.getAsJsonObject("outputs").getAsJsonObject(name).get("value"), type);
    }

    /** A tensor of doubles. */
    public double[] doubles(String output) {
      ByteBuffer bytes = bytes(json.getAsJsonObject("outputs").getAsJsonObject(output));
      double[] values = new double[bytes.remaining() / Double.BYTES];
      bytes.asDoubleBuffer().get(values);
      return values;
    }

    /** A tensor of 0s and 1s. */
    public boolean[] flags(String output) {
      ByteBuffer bytes = bytes(json.getAsJsonObject("outputs").getAsJsonObject(output));
      boolean[] values = new boolean[bytes.remaining()];
      for (int i = 0; i < values.length; i++) {
        values[i] = bytes.get(i) != 0;
      }
      return values;
    }

    /** One tensor of a group of outputs. */
    public float[] output(String group, String name) {
      try (SafetensorsFile file = openGroup(group)) {
        return file.floats(group + "/" + name);
      }
    }

    /** One tensor of integers of a group of outputs. */
    public int[] integers(String group, String name) {
      try (SafetensorsFile file = openGroup(group)) {
        ByteBuffer bytes = Checkpoints.bytes(file, group + "/" + name);
        int[] values = new int[bytes.remaining() / Integer.BYTES];
        bytes.asIntBuffer().get(values);
        return values;
      }
    }

    private SafetensorsFile openGroup(String group) {
      return open(json.getAsJsonObject("outputs").getAsJsonObject(group));
    }

    private static float[] floats(JsonObject tensor) {
      try (SafetensorsFile file = open(tensor)) {
        return file.floats(tensor.get("tensor").getAsString());
      }
    }

    private static ByteBuffer bytes(JsonObject tensor) {
      try (SafetensorsFile file = open(tensor)) {
        return Checkpoints.bytes(file, tensor.get("tensor").getAsString());
      }
    }

    private static SafetensorsFile open(JsonObject tensor) {
      return SafetensorsFile.open(FOLDER.resolve(tensor.get("file").getAsString()));
    }

    @Override
    public String toString() {
      return name();
    }
  }

  /**
   * Rows {@code from} to {@code to} (exclusive) of a row-major tensor with rows of {@code width}.
   */
  public static float[] rows(float[] values, int width, int from, int to) {
    return Arrays.copyOfRange(values, from * width, to * width);
  }
}
