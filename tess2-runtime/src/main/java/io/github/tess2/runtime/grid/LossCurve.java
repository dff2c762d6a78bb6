package io.github.tess2.runtime.grid;

import com.google.gson.Gson;
import com.google.gson.JsonParseException;
import io.github.tess2.PluginException;
import io.github.tess2.runtime.files.FileProblem;
import io.github.tess2.runtime.files.JsonProblem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A model's loss over time: the cross-entropy of its prediction from the noise at time t alone, in
 * nats per token. A file holds it as a JSON object with {@code "times"}, rising in [0, 1], and
 * {@code "loss"}, a number of at least 0 for each time.
 */
public final class LossCurve {
  private static final long MAX_BYTES = 16 << 20;
  private static final Gson GSON = new Gson();

  private final double[] times;
  private final double[] loss;

  private static final class Json {
    double @Nullable [] times;
    double @Nullable [] loss;
  }

  /**
   * Creates the curve.
   *
   * @param times at least two, strictly rising, in [0, 1]
   * @param loss a loss for each time, finite, at least 0
   * @throws IllegalArgumentException if they break one of these rules
   */
  public LossCurve(double[] times, double[] loss) {
    if (times.length < 2 || times.length != loss.length) {
      throw broken(
          "have at least two times and a loss for each, but has %d and %d",
          times.length, loss.length);
    }
    double last = -1;
    for (int i = 0; i < times.length; i++) {
      if (!(times[i] > last && times[i] >= 0 && times[i] <= 1)) {
        throw broken("have times that rise in [0, 1], but time %d is: %s", i, times[i]);
      }
      if (!(loss[i] >= 0 && loss[i] < Double.POSITIVE_INFINITY)) {
        throw broken("have finite losses of at least 0, but loss %d is: %s", i, loss[i]);
      }
      last = times[i];
    }
    this.times = times.clone();
    this.loss = loss.clone();
    for (int i = 1; i < loss.length; i++) {
      // More noise cannot lower the loss: any fall is an error of the measurement.
      this.loss[i] = Math.max(this.loss[i - 1], loss[i]);
    }
  }

  private static IllegalArgumentException broken(String rule, Object... values) {
    return new IllegalArgumentException(String.format(Locale.ROOT, "must " + rule, values));
  }

  /**
   * Reads a file.
   *
   * @param file a file with the text of {@link #json()}
   * @throws PluginException if it is missing, unreadable or malformed
   */
  static LossCurve read(Path file) {
    FileProblem.ofFile(file)
        .ifPresent(
            problem -> {
              throw failed(file, problem, null);
            });
    String text = "";
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw failed(
            file,
            String.format(
                Locale.ROOT,
                "must have at most %d bytes, but has: %d",
                MAX_BYTES,
                Files.size(file)),
            null);
      }
      text = Files.readString(file);
      Json json = GSON.fromJson(text, Json.class);
      if (json == null || json.times == null || json.loss == null) {
        throw failed(file, "must have the fields times and loss, but does not", null);
      }
      return new LossCurve(json.times, json.loss);
    } catch (IOException e) {
      throw failed(file, FileProblem.cannotBeRead(e), e);
    } catch (JsonParseException e) {
      throw failed(file, "must be a JSON object, but is not: " + JsonProblem.of(e, text), e);
    } catch (IllegalArgumentException e) {
      throw failed(file, String.valueOf(e.getMessage()), e);
    }
  }

  private static PluginException failed(Path file, String problem, @Nullable Exception cause) {
    return new PluginException(
        "the file of step grid \"learned\", " + file + ", " + problem, cause);
  }

  /** {@return the loss at a time, which rises with time; beyond its ends the curve is constant} */
  double rising(double t) {
    int after = 0;
    while (after < times.length && times[after] < t) {
      after++;
    }
    if (after == 0 || after == times.length) {
      return loss[Math.min(after, loss.length - 1)];
    }
    double share = (t - times[after - 1]) / (times[after] - times[after - 1]);
    return loss[after - 1] + share * (loss[after] - loss[after - 1]);
  }

  /** {@return the text of a file with this curve} */
  public String json() {
    Json json = new Json();
    json.times = times;
    json.loss = loss;
    return GSON.toJson(json);
  }
}
