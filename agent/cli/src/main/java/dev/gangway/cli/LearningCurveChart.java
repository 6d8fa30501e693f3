package dev.gangway.cli;

import dev.gangway.learning.record.CurveOutline;
import dev.gangway.learning.record.Evaluation;
import java.awt.BasicStroke;
import java.awt.Color;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import javax.imageio.ImageIO;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * Draws {@code learning-curve.png}: the return of each episode and the running mean of the returns against environment
 * steps, in the resolution of {@link CurveOutline}, and the mean returns of the evaluations.
 */
final class LearningCurveChart {
    private static final double MAX_SHOWN = 1e100;
    private static final Color RAW = new Color(0x9ecae1);
    private static final Color SMOOTH = new Color(0x08519c);
    private static final Color EVALUATED = new Color(0xe6550d);
    private static final Color TARGET = new Color(0x31a354);

    private LearningCurveChart() {}

    /**
     * Writes an image of 900 × 540 pixels. Without any episode it shows only the axes and the target. Numbers that no
     * axis can show are left out: those that are not finite or lie beyond ±1e100.
     */
    static void draw(
            Path file,
            String title,
            List<CurveOutline.Point> points,
            List<Evaluation> allEvaluations,
            OptionalDouble target)
            throws IOException {
        List<CurveOutline.Point> episodes = points.stream()
                .filter(point -> Math.abs(point.episodeReturn()) <= MAX_SHOWN && Math.abs(point.mean()) <= MAX_SHOWN)
                .toList();
        List<Evaluation> evaluations = allEvaluations.stream()
                .filter(evaluation -> Math.abs(evaluation.returns().meanReturn()) <= MAX_SHOWN)
                .toList();
        XYChart chart = new XYChartBuilder()
                .width(900)
                .height(540)
                .title(title)
                .xAxisTitle("environment steps")
                .yAxisTitle("episode return")
                .build();
        XYStyler style = chart.getStyler();
        style.setLegendPosition(Styler.LegendPosition.OutsideS);
        style.setLegendLayout(Styler.LegendLayout.Horizontal);
        style.setLegendBorderColor(Color.WHITE);
        style.setChartBackgroundColor(Color.WHITE);
        style.setPlotGridLinesColor(new Color(0xe5e5e5));
        style.setPlotBorderVisible(false);
        style.setMarkerSize(4);
        double[] steps =
                episodes.stream().mapToDouble(CurveOutline.Point::steps).toArray();
        if (steps.length > 0) {
            double[] returns = episodes.stream()
                    .mapToDouble(CurveOutline.Point::episodeReturn)
                    .toArray();
            XYSeries raw = chart.addSeries("return of each episode", steps, returns);
            raw.setXYSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Scatter);
            raw.setMarker(SeriesMarkers.CIRCLE).setMarkerColor(RAW);
            double[] means =
                    episodes.stream().mapToDouble(CurveOutline.Point::mean).toArray();
            line(chart, "mean of the last " + CurveOutline.WINDOW, steps, means, SMOOTH, 2.5f, false);
        }
        if (!evaluations.isEmpty()) {
            XYSeries evaluated = chart.addSeries(
                    "mean return of each evaluation",
                    evaluations.stream().mapToDouble(Evaluation::envSteps).toArray(),
                    evaluations.stream()
                            .mapToDouble(evaluation -> evaluation.returns().meanReturn())
                            .toArray());
            evaluated.setLineColor(EVALUATED).setLineStyle(new BasicStroke(1.5f));
            evaluated.setMarker(SeriesMarkers.DIAMOND).setMarkerColor(EVALUATED);
        }
        target.ifPresent(value -> line(
                chart,
                "solved at " + (value == Math.rint(value) ? String.valueOf((long) value) : String.valueOf(value)),
                steps.length > 0 ? new double[] {steps[0], steps[steps.length - 1]} : new double[] {0, 1},
                new double[] {value, value},
                TARGET,
                1.5f,
                true));
        ImageIO.write(BitmapEncoder.getBufferedImage(chart), "png", file.toFile());
    }

    private static void line(
            XYChart chart, String name, double[] x, double[] y, Color color, float width, boolean dashed) {
        XYSeries series = chart.addSeries(name, x, y);
        series.setMarker(SeriesMarkers.NONE).setLineColor(color);
        series.setLineStyle(
                dashed
                        ? new BasicStroke(width, BasicStroke.CAP_BUTT, BasicStroke.JOIN_BEVEL, 0, new float[] {8, 6}, 0)
                        : new BasicStroke(width));
    }
}
