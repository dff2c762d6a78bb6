package io.github.tess2.examples.cli;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import io.github.tess2.Tess2Exception;
import io.github.tess2.runtime.files.FileProblem;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.knowm.xchart.VectorGraphicsEncoder;
import org.knowm.xchart.VectorGraphicsEncoder.VectorGraphicsFormat;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * Plots a run's {@code metrics.jsonl}: the loss over the steps, on a log scale, or on a linear one
 * if the loss has reached 0.
 */
final class LossCurves {
  /** With more points, each would be narrower than a pixel. */
  private static final int MOST_POINTS = 500;

  private static final int WIDTH = 800;
  private static final int HEIGHT = 500;

  private LossCurves() {}

  private record Point(double step, double loss) {}

  /**
   * Draws the curves of one or more runs into one picture.
   *
   * @param metrics at least one file, each with at least one complete line
   * @param picture the SVG file to write; an existing one is replaced
   * @throws Tess2Exception if a file cannot be read or written, or has a malformed line
   */
  static void draw(List<Path> metrics, Path picture) {
    write(chart(metrics), picture);
  }

  /**
   * The curves as a chart of the plotting library. Tests use it because the SVG file draws even the
   * names as lines.
   */
  static XYChart chart(List<Path> metrics) {
    // No window is opened, and there may be no display.
    System.setProperty("java.awt.headless", "true");
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .xAxisTitle("step")
            .yAxisTitle("loss")
            .build();
    chart.getStyler().setChartBackgroundColor(java.awt.Color.WHITE);
    chart.getStyler().setLegendPosition(Styler.LegendPosition.InsideNE);
    for (Path file : metrics) {
      String run = metrics.size() == 1 ? "" : folder(file) + " ";
      List<JsonObject> lines = lines(file);
      add(chart, run + "training", means(points(lines, "loss")));
      add(chart, run + "held out", points(lines, "evaluation_loss"));
    }
    // Zero has no logarithm, and a picture must not make a finished run fail.
    chart
        .getStyler()
        .setYAxisLogarithmic(
            chart.getSeriesMap().values().stream().allMatch(series -> series.getYMin() > 0));
    return chart;
  }

  /** The name of the file's folder, which is the name of the run. */
  private static String folder(Path file) {
    Path absolute = file.toAbsolutePath();
    return String.valueOf(absolute.getName(Math.max(0, absolute.getNameCount() - 2)));
  }

  /** All complete lines. A run in progress may be writing the last one. */
  private static List<JsonObject> lines(Path file) {
    List<JsonObject> lines = new ArrayList<>();
    try {
      String text = Files.readString(file);
      for (String line : text.substring(0, text.lastIndexOf('\n') + 1).lines().toList()) {
        lines.add(JsonParser.parseString(line).getAsJsonObject());
      }
    } catch (IOException e) {
      throw new Tess2Exception(
          "metrics cannot be read: " + file + " (" + FileProblem.of(e) + ")", e);
    } catch (JsonParseException | IllegalStateException e) {
      throw new Tess2Exception(
          String.format(Locale.ROOT, "%s, line %d: must be a JSON object", file, lines.size() + 1),
          e);
    }
    if (lines.isEmpty()) {
      throw new Tess2Exception("metrics must have at least one line, but have none: " + file);
    }
    return lines;
  }

  private static List<Point> points(List<JsonObject> lines, String field) {
    return lines.stream()
        .filter(line -> line.has(field))
        .map(line -> new Point(line.get("step").getAsDouble(), line.get(field).getAsDouble()))
        .toList();
  }

  /** Averages neighbours until at most MOST_POINTS points are left. */
  private static List<Point> means(List<Point> points) {
    int width = (points.size() + MOST_POINTS - 1) / MOST_POINTS;
    List<Point> means = new ArrayList<>();
    for (int start = 0; start < points.size(); start += width) {
      List<Point> some = points.subList(start, Math.min(start + width, points.size()));
      means.add(
          new Point(
              some.stream().mapToDouble(Point::step).average().orElseThrow(),
              some.stream().mapToDouble(Point::loss).average().orElseThrow()));
    }
    return means;
  }

  private static void add(XYChart chart, String name, List<Point> points) {
    if (points.isEmpty()) {
      return;
    }
    XYSeries series =
        chart.addSeries(
            name,
            points.stream().mapToDouble(Point::step).toArray(),
            points.stream().mapToDouble(Point::loss).toArray());
    series.setMarker(points.size() == 1 ? SeriesMarkers.CIRCLE : SeriesMarkers.NONE);
  }

  private static void write(XYChart chart, Path picture) {
    Path beside = picture.resolveSibling(picture.getFileName() + ".tmp");
    try {
      try (OutputStream out = Files.newOutputStream(beside)) {
        VectorGraphicsEncoder.saveVectorGraphic(chart, out, VectorGraphicsFormat.SVG);
      }
      Files.move(beside, picture, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new Tess2Exception(
          "the picture cannot be written: " + picture + " (" + FileProblem.of(e) + ")", e);
    }
  }
}
