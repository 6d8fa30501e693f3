package dev.gangway.cli;

import dev.gangway.learning.estimator.Discounting;
import dev.gangway.learning.lab.GradientTable;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.CategorySeries;
import org.knowm.xchart.style.AxesChartStyler;
import org.knowm.xchart.style.CategoryStyler;
import org.knowm.xchart.style.Styler;

/**
 * Draws a {@link GradientTable} as two charts: the ratio of signal to noise on a logarithmic scale above, the bias with
 * its interval below.
 */
final class GradientChart {
    private static final int WIDTH = 1100;
    private static final int HEIGHT = 480;
    private static final int LABELS = 100; // enough to label every estimator
    private static final Color[] COLORS = {new Color(0x08519c), new Color(0xe6842a)};

    private GradientChart() {}

    /** Writes a PNG image of 1100 × 960 pixels. */
    static void draw(Path file, String title, GradientTable table) throws IOException {
        CategoryChart signal = chart(title, "signal / noise of one batch");
        signal.getStyler().setYAxisLogarithmic(true);
        CategoryChart bias = chart("", "bias, % of the gradient");
        for (Discounting discounting : Discounting.values()) {
            List<GradientTable.Row> rows = table.rows().stream()
                    .filter(row -> row.discounting() == discounting)
                    .toList();
            if (rows.isEmpty()) {
                continue;
            }
            String name = discounting == Discounting.FROM_START ? "discounted from the start" : "from the action";
            List<String> names = rows.stream().map(GradientTable.Row::estimator).toList();
            signal.addSeries(
                    name,
                    names,
                    rows.stream()
                            .map(row -> drawable(row.figures().signalToNoise()))
                            .toList());
            bias.addSeries(
                    name,
                    names,
                    rows.stream().map(row -> 100 * row.figures().bias()).toList(),
                    rows.stream().map(row -> 100 * row.figures().biasInterval()).toList());
        }
        BufferedImage image = new BufferedImage(WIDTH, 2 * HEIGHT, BufferedImage.TYPE_INT_RGB);
        Graphics2D canvas = image.createGraphics();
        canvas.drawImage(BitmapEncoder.getBufferedImage(signal), 0, 0, null);
        canvas.drawImage(BitmapEncoder.getBufferedImage(bias), 0, HEIGHT, null);
        canvas.dispose();
        ImageIO.write(image, "png", file.toFile());
    }

    /**
     * Returns a ratio that a logarithmic axis can show. A ratio of 0, which means that no signal was found, becomes
     * 0.001.
     */
    private static double drawable(double ratio) {
        return Math.max(Double.isFinite(ratio) ? ratio : 0, 1e-3);
    }

    private static CategoryChart chart(String title, String yAxis) {
        CategoryChart chart = new CategoryChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title(title)
                .yAxisTitle(yAxis)
                .build();
        CategoryStyler style = chart.getStyler();
        style.setLegendPosition(Styler.LegendPosition.OutsideS);
        style.setLegendLayout(Styler.LegendLayout.Horizontal);
        style.setLegendBorderColor(Color.WHITE);
        style.setChartBackgroundColor(Color.WHITE);
        style.setPlotGridLinesColor(new Color(0xe5e5e5));
        style.setPlotBorderVisible(false);
        style.setXAxisLabelRotation(35);
        style.setXAxisLabelAlignment(AxesChartStyler.TextAlignment.Right); // each name ends at its tick
        style.setXAxisLabelAlignmentVertical(AxesChartStyler.TextAlignment.Right);
        style.setXAxisMaxLabelCount(LABELS);
        style.setSeriesColors(COLORS);
        style.setDefaultSeriesRenderStyle(
                CategorySeries.CategorySeriesRenderStyle.Scatter); // points, because bars would have to begin at 0
        style.setMarkerSize(9);
        return chart;
    }
}
