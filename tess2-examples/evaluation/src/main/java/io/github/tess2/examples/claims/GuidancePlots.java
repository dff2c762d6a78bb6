package io.github.tess2.examples.claims;

import com.google.common.collect.Iterables;
import io.github.tess2.examples.claims.Setting.Experiment;
import java.awt.Color;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.CategorySeries.CategorySeriesRenderStyle;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries.XYSeriesRenderStyle;
import org.knowm.xchart.internal.chartpart.Chart;
import org.knowm.xchart.style.Styler.LegendPosition;

/** Draws the answers as plots. */
public final class GuidancePlots {
  private static final int WIDTH = 800;
  private static final int HEIGHT = 500;

  private final List<GuidedAnswer> answers;
  private final double rewardShare;

  /**
   * Takes the answers to draw.
   *
   * @param answers at least one
   * @param rewardShare the reward model's weights as a share of the model's
   */
  public GuidancePlots(List<GuidedAnswer> answers, double rewardShare) {
    this.answers = answers;
    this.rewardShare = rewardShare;
  }

  /**
   * Draws the plots that there are answers for: {@code guidance-scale.png}, {@code
   * guidance-cost.png} and {@code guidance-word.png}.
   *
   * @param folder the folder to write to
   * @throws IOException if a file cannot be written
   */
  public void write(Path folder) throws IOException {
    List<Summary> scales = sorted(Experiment.SCALE);
    List<Summary> best = sorted(Experiment.BEST_OF);
    List<Summary> both = sorted(Experiment.BOTH);
    List<Summary> words = atAllSteps(sorted(Experiment.WORD));
    drawScales(atAllSteps(scales), folder);
    if (!scales.isEmpty() && !best.isEmpty()) {
      save(byCost(scales, best, both), folder.resolve("guidance-cost.png"));
    }
    if (!words.isEmpty()) {
      CategoryChart chart = byScale("A wanted word", "answers, %", words);
      line(
          chart,
          "with the word",
          words,
          one -> 100 * one.words(),
          one -> 100 * one.wordsSpread(),
          0);
      line(chart, "right", words, one -> 100 * one.right(), one -> 100 * one.rightSpread(), 0);
      save(chart, folder.resolve("guidance-word.png"));
    }
  }

  private List<Summary> sorted(Experiment experiment) {
    return Summary.of(answers, setting -> setting.experiment() == experiment).stream()
        .sorted(
            Comparator.comparingDouble((Summary one) -> one.setting().scale())
                .thenComparingDouble(one -> one.setting().from())
                .thenComparingInt(one -> one.setting().candidates()))
        .toList();
  }

  private static void drawScales(List<Summary> scales, Path folder) throws IOException {
    if (scales.isEmpty()) {
      return;
    }
    CategoryChart chart = byScale("Reward and accuracy by guidance scale", "mean reward", scales);
    line(chart, "mean reward", scales, Summary::reward, Summary::rewardSpread, 0);
    line(
        chart,
        "right answers",
        scales,
        one -> 100 * one.right(),
        one -> 100 * one.rightSpread(),
        1);
    chart.setYAxisGroupTitle(1, "right, %");
    save(chart, folder.resolve("guidance-scale.png"));
  }

  /** The summaries of guidance at all steps; all summaries if none is guided at all steps. */
  private static List<Summary> atAllSteps(List<Summary> summaries) {
    List<Summary> all = summaries.stream().filter(one -> one.setting().from() == 0).toList();
    boolean pushed = all.stream().anyMatch(one -> one.setting().scale() != 0);
    return pushed ? all : summaries;
  }

  private static CategoryChart byScale(String title, String axis, List<Summary> summaries) {
    CategoryChart chart =
        new CategoryChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(title)
            .xAxisTitle("guidance scale")
            .yAxisTitle(axis)
            .build();
    chart.getStyler().setDefaultSeriesRenderStyle(CategorySeriesRenderStyle.Line);
    // Otherwise the points of one scale are drawn side by side, like bars.
    chart.getStyler().setOverlapped(true);
    plain(chart);
    if (summaries.size() == 1) {
      // A line through one point is not drawn.
      chart.getStyler().setDefaultSeriesRenderStyle(CategorySeriesRenderStyle.Scatter);
    }
    return chart;
  }

  private static void line(
      CategoryChart chart,
      String name,
      List<Summary> summaries,
      ToDoubleFunction<Summary> value,
      ToDoubleFunction<Summary> spread,
      int axis) {
    chart
        .addSeries(
            name,
            summaries.stream().map(one -> Setting.number(one.setting().scale())).toList(),
            summaries.stream().map(value::applyAsDouble).toList(),
            summaries.stream().map(spread::applyAsDouble).toList())
        .setYAxisGroup(axis);
  }

  private XYChart byCost(List<Summary> scales, List<Summary> best, List<Summary> both) {
    double least = scales.get(0).passes().cost(rewardShare);
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title("Reward by what an answer costs")
            .xAxisTitle("cost, as a multiple of the first scale's")
            .yAxisTitle("mean reward")
            .build();
    plain(chart);
    chart.getStyler().setDefaultSeriesRenderStyle(XYSeriesRenderStyle.Scatter);
    for (Summary one : Iterables.concat(scales, both)) {
      point(chart, one.setting().label(), List.of(one), least);
    }
    point(chart, "best of n", best, least).setXYSeriesRenderStyle(XYSeriesRenderStyle.Line);
    return chart;
  }

  private org.knowm.xchart.XYSeries point(
      XYChart chart, String name, List<Summary> summaries, double least) {
    return chart.addSeries(
        name,
        summaries.stream().map(one -> one.passes().cost(rewardShare) / least).toList(),
        summaries.stream().map(Summary::reward).toList(),
        summaries.stream().map(Summary::rewardSpread).toList());
  }

  private static void plain(Chart<?, ?> chart) {
    chart.getStyler().setChartBackgroundColor(Color.WHITE);
    chart.getStyler().setLegendPosition(LegendPosition.OutsideE);
  }

  private static void save(Chart<?, ?> chart, Path file) throws IOException {
    BitmapEncoder.saveBitmap(chart, file.toString(), BitmapEncoder.BitmapFormat.PNG);
  }
}
