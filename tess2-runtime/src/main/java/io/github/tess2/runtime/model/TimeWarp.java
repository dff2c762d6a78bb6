package io.github.tess2.runtime.model;

/**
 * The learned time warp of a CDCD checkpoint (arXiv 2211.15089): a piecewise linear map of the unit
 * interval onto itself, under which the loss falls evenly. {@code cdf.l_t} and {@code cdf.l_u} are
 * the logarithms of the bins' widths along time and along the loss; sampling maps the loss to the
 * time.
 */
public final class TimeWarp {
  /** Keeps every bin from vanishing, as in training. */
  private static final double LEAST_WIDTH = 1e-3;

  private final double[] timeEdges;
  private final double[] lossEdges;

  private TimeWarp(double[] timeEdges, double[] lossEdges) {
    this.timeEdges = timeEdges;
    this.lossEdges = lossEdges;
  }

  /**
   * {@return the warp of a checkpoint}
   *
   * @param logTime {@code cdf.l_t}, one value per bin
   * @param logLoss {@code cdf.l_u}, one value per bin
   */
  static TimeWarp of(float[] logTime, float[] logLoss) {
    // The widths are a softmax for time and a plain exponential for the loss, before the least
    // width is added.
    return new TimeWarp(edges(softmax(logTime)), edges(exponentials(logLoss)));
  }

  private static double[] exponentials(float[] logits) {
    double[] widths = new double[logits.length];
    for (int i = 0; i < widths.length; i++) {
      widths[i] = Math.exp(logits[i]);
    }
    return widths;
  }

  private static double[] softmax(float[] logits) {
    double[] widths = exponentials(logits);
    double sum = sum(widths);
    for (int i = 0; i < widths.length; i++) {
      widths[i] /= sum;
    }
    return widths;
  }

  private static double sum(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum;
  }

  private static double[] edges(double[] widths) {
    double total = sum(widths) + LEAST_WIDTH * widths.length;
    double[] edges = new double[widths.length + 1];
    for (int i = 0; i < widths.length; i++) {
      edges[i + 1] = edges[i] + (widths[i] + LEAST_WIDTH) / total;
    }
    return edges;
  }

  /**
   * Warps a sampling step.
   *
   * @param step t, from 0 to T−1, not necessarily whole; t−1 may be −1
   * @param total T
   * @return the warped step, not rounded; 0 for T = 1
   */
  public double warp(double step, int total) {
    if (total == 1) {
      return 0;
    }
    double u = step / (total - 1);
    int bin = 0;
    while (bin < lossEdges.length - 2 && lossEdges[bin + 1] <= u) {
      bin++;
    }
    double share = (u - lossEdges[bin]) / (lossEdges[bin + 1] - lossEdges[bin]);
    return (timeEdges[bin] + share * (timeEdges[bin + 1] - timeEdges[bin])) * (total - 1);
  }
}
