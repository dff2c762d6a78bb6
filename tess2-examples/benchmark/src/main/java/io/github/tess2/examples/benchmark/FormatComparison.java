package io.github.tess2.examples.benchmark;

import ai.djl.Device;
import io.github.tess2.Precision;
import io.github.tess2.WeightFormat;
import io.github.tess2.runtime.checkpoint.Checkpoint;
import io.github.tess2.runtime.model.DiffusionModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleUnaryOperator;

/**
 * Measures how much a model's predictions change if it is stored or computed in another number
 * format. Both formats see the same noisy answers.
 */
final class FormatComparison {
  private static final double[] TIMES = {0.9, 0.6, 0.4, 0.2, 0.05};

  /**
   * The result of one format.
   *
   * @param weightBytes memory of the weights
   * @param meanKl mean over positions of KL(float32 ‖ format), in nats
   * @param changedArgmax share of positions whose likeliest token differs
   */
  record Result(long weightBytes, double meanKl, double changedArgmax) {}

  private final Path folder;
  private final List<Device> devices;
  private final List<Example> examples;

  FormatComparison(Path folder, List<Device> devices, List<Example> examples) {
    this.folder = folder;
    this.devices = devices;
    this.examples = examples;
  }

  /**
   * The predictions in one format.
   *
   * @param logits one array for each example and time
   * @param vocabulary V
   * @param weightBytes memory of the weights
   */
  record Predictions(List<float[]> logits, int vocabulary, long weightBytes) {}

  /**
   * Compares a format with unquantized float32.
   *
   * @param reference the predictions of unquantized float32
   * @param precision the precision to compute in
   * @param weights the format in which weights are stored
   */
  Result compare(Predictions reference, Precision precision, WeightFormat weights) {
    Predictions found = predict(precision, weights);
    double kl = 0;
    int changed = 0;
    int rows = 0;
    for (int i = 0; i < found.logits().size(); i++) {
      float[] expected = reference.logits().get(i);
      float[] actual = found.logits().get(i);
      int width = found.vocabulary();
      for (int from = 0; from < actual.length; from += width, rows++) {
        kl += divergence(expected, actual, from, width);
        changed += argmax(expected, from, width) == argmax(actual, from, width) ? 0 : 1;
      }
    }
    return new Result(found.weightBytes(), kl / rows, (double) changed / rows);
  }

  /** Computes the predictions of unquantized float32. */
  Predictions reference() {
    return predict(Precision.FP32, WeightFormat.UNQUANTIZED);
  }

  private Predictions predict(Precision precision, WeightFormat weights) {
    List<float[]> logits = new ArrayList<>();
    try (Checkpoint checkpoint = Checkpoint.open(folder);
        DiffusionModel model = DiffusionModel.load(checkpoint, devices, precision, weights)) {
      int vocabulary = model.config().vocabularySize();
      DoubleUnaryOperator alphaBar = Example.noise(model);
      for (int i = 0; i < examples.size(); i++) {
        for (double time : TIMES) {
          logits.add(examples.get(i).predict(model, time, alphaBar.applyAsDouble(time), i));
        }
      }
      return new Predictions(logits, vocabulary, model.weightBytes());
    }
  }

  /** KL(p ‖ q) of the softmaxes of two rows of logits. */
  static double divergence(float[] p, float[] q, int from, int width) {
    double normP = logSum(p, from, width);
    double normQ = logSum(q, from, width);
    double sum = 0;
    for (int i = from; i < from + width; i++) {
      double logP = p[i] - normP;
      sum += Math.exp(logP) * (logP - (q[i] - normQ));
    }
    return sum;
  }

  static double logSum(float[] logits, int from, int width) {
    double top = logits[argmax(logits, from, width)];
    double sum = 0;
    for (int i = from; i < from + width; i++) {
      sum += Math.exp(logits[i] - top);
    }
    return top + Math.log(sum);
  }

  static int argmax(float[] logits, int from, int width) {
    int best = from;
    for (int i = from + 1; i < from + width; i++) {
      best = logits[i] > logits[best] ? i : best;
    }
    return best;
  }
}
