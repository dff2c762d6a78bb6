package io.github.tess2.examples.evaluation;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.github.tess2.examples.tasks.Scores;
import java.awt.BasicStroke;
import java.awt.Color;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Collects the scores of one model, with a column for each number of steps. Not thread-safe. */
public final class Report {
  private static final int WIDTH = 800;
  private static final int HEIGHT = 500;
  private static final float BOLD = 4;

  private final String set;
  private final List<Column> columns = new ArrayList<>();

  private record Column(String title, int steps, double seconds, Scores scores) {}

  /**
   * Starts a report.
   *
   * @param set which questions were asked
   */
  public Report(String set) {
    this.set = set;
  }

  /**
   * Adds a column.
   *
   * @param title the heading of the column
   * @param steps denoising steps
   * @param seconds how long the run took
   * @param scores the scores of the run
   */
  public void add(String title, int steps, double seconds, Scores scores) {
    columns.add(new Column(title, steps, seconds, scores));
  }

  /** Whether the report has no column. */
  public boolean isEmpty() {
    return columns.isEmpty();
  }

  /** A Markdown table: a row for each group and one for all, accuracies in per cent. */
  public String table() {
    StringBuilder table = new StringBuilder("| " + set + " | of |");
    columns.forEach(column -> table.append(' ').append(column.title).append(" |"));
    table.append("\n|---|---|").append("---|".repeat(columns.size())).append('\n');
    Set<String> groups = new LinkedHashSet<>();
    columns.forEach(column -> groups.addAll(column.scores.groups()));
    for (String group : groups) {
      table.append("| ").append(group).append(" | ").append(columns.get(0).scores.total(group));
      table.append(cells(scores -> share(scores.right(group), scores.total(group))));
    }
    table.append("| all | ").append(columns.get(0).scores.total());
    return table.append(cells(scores -> share(scores.right(), scores.total()))).toString();
  }

  /**
   * A chart of the accuracies in per cent over the number of steps, with a line for each group and
   * one for all.
   *
   * @throws IllegalStateException if there is no column
   */
  public XYChart chart() {
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .xAxisTitle("denoising steps")
            .yAxisTitle("right, %")
            .build();
    chart.getStyler().setXAxisLogarithmic(true).setYAxisMin(0.0).setYAxisMax(100.0);
    chart.getStyler().setChartBackgroundColor(Color.WHITE);
    chart.getStyler().setLegendPosition(LegendPosition.OutsideE);
    List<Column> bySteps =
        columns.stream().sorted(Comparator.comparingInt(column -> column.steps)).toList();
    if (bySteps.isEmpty()) {
      throw new IllegalStateException("a plot needs at least one column, but the report has none");
    }
    for (String group : bySteps.get(0).scores.groups()) {
      line(chart, group, bySteps, scores -> scores.accuracy(group));
    }
    XYSeries all = line(chart, "all", bySteps, Scores::accuracy);
    all.setMarkerColor(Color.BLACK);
    all.setLineColor(Color.BLACK);
    all.setLineStyle(new BasicStroke(BOLD));
    return chart;
  }

  private static XYSeries line(
      XYChart chart, String name, List<Column> columns, ToDoubleFunction<Scores> accuracy) {
    XYSeries series =
        chart.addSeries(
            name,
            columns.stream().mapToDouble(column -> column.steps).toArray(),
            columns.stream()
                .mapToDouble(column -> 100 * accuracy.applyAsDouble(column.scores))
                .toArray());
    series.setMarker(SeriesMarkers.CIRCLE);
    return series;
  }

  private String cells(Function<Scores, String> cell) {
    return columns.stream()
        .map(column -> cell.apply(column.scores))
        .collect(Collectors.joining(" | ", " | ", " |\n"));
  }

  private static String share(int right, int total) {
    return total == 0 ? "-" : String.format(Locale.ROOT, "%.1f %%", 100.0 * right / total);
  }

  /**
   * An array with an object for each column: the requested {@code steps}, the {@code meanSteps} run
   * for an answer, {@code seconds}, {@code right}, {@code of}, {@code accuracy} (0 to 1), and the
   * same for each of {@code groups}.
   */
  public JsonArray json() {
    JsonArray runs = new JsonArray();
    for (Column column : columns) {
      JsonObject run = counts(column.scores.right(), column.scores.total());
      run.addProperty("title", column.title);
      run.addProperty("steps", column.steps);
      run.addProperty("meanSteps", column.scores.meanSteps());
      run.addProperty("seconds", column.seconds);
      JsonObject groups = new JsonObject();
      for (String group : column.scores.groups()) {
        groups.add(group, counts(column.scores.right(group), column.scores.total(group)));
      }
      run.add("groups", groups);
      runs.add(run);
    }
    return runs;
  }

  private static JsonObject counts(int right, int total) {
    JsonObject json = new JsonObject();
    json.addProperty("right", right);
    json.addProperty("of", total);
    if (total > 0) {
      json.addProperty("accuracy", (double) right / total);
    }
    return json;
  }
}
