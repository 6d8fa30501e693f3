package dev.gangway.record;

import dev.gangway.rollout.Episode;
import java.awt.BasicStroke;
import java.awt.Color;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * Draws {@code learning-curve.png}: each episode's return and their running mean, against environment steps. Of very many
 * episodes it draws the lowest and the highest return in each of some thousand groups, so that the picture's outline and
 * the time it takes do not depend on their number.
 */
final class LearningCurve {
    private static final int WINDOW = 100;
    private static final int GROUPS = 1500;
    private static final Color RAW = new Color(0x9ecae1);
    private static final Color SMOOTH = new Color(0x08519c);
    private static final Color TARGET = new Color(0x31a354);

    private LearningCurve() {}

    /** Draws 900 × 540 pixels; without an episode, the axes and the target only. */
    static void draw(Path file, String title, List<Episode> episodes, OptionalDouble target) throws IOException {
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
        double[] steps = episodes.stream().mapToDouble(Episode::envSteps).toArray();
        double[] returns = episodes.stream().mapToDouble(Episode::episodeReturn).toArray();
        if (steps.length > 0) {
            int[] shown = outline(returns);
            XYSeries raw = chart.addSeries("return of each episode", at(shown, steps), at(shown, returns));
            raw.setXYSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Scatter);
            raw.setMarker(SeriesMarkers.CIRCLE).setMarkerColor(RAW);
            double[] means = at(shown, runningMean(returns));
            line(chart, "mean of the last " + WINDOW, at(shown, steps), means, SMOOTH, 2.5f, false);
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

    /** Returns the episodes to draw, ascending: all, or those of the lowest and highest return in each group. */
    static int[] outline(double[] values) {
        int last = values.length - 1;
        if (values.length <= 2 * GROUPS) {
            return IntStream.rangeClosed(0, last).toArray();
        }
        return IntStream.range(0, GROUPS)
                .flatMap(group -> {
                    int low = (int) ((long) group * values.length / GROUPS);
                    int high = low;
                    for (int i = low; i < (int) ((group + 1L) * values.length / GROUPS); i++) {
                        low = values[i] < values[low] ? i : low;
                        high = values[i] > values[high] ? i : high;
                    }
                    return IntStream.of(Math.min(low, high), Math.max(low, high));
                })
                .distinct()
                .toArray();
    }

    private static double[] at(int[] indices, double[] values) {
        return IntStream.of(indices).mapToDouble(i -> values[i]).toArray();
    }

    private static double[] runningMean(double[] values) {
        double[] means = new double[values.length];
        double sum = 0;
        for (int i = 0; i < values.length; i++) {
            sum += values[i] - (i >= WINDOW ? values[i - WINDOW] : 0);
            means[i] = sum / Math.min(i + 1, WINDOW);
        }
        return means;
    }
}
