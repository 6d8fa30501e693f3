package dev.gangway.learning.lab;

import dev.gangway.learning.estimator.Discounting;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The lab's result.
 *
 * @param rows by discounting, then in the order of {@link LabEstimators}
 */
public record GradientTable(List<Row> rows) {
    private static final String HEADER = "discounting,estimator,cosine,batch_cosine,bias,bias_interval,variance,"
            + "variance_per_step,signal_to_noise";

    /** Makes the table of a copy of the rows. */
    public GradientTable {
        rows = List.copyOf(rows);
    }

    /**
     * One estimator.
     *
     * @param discounting where γ counts from
     * @param estimator its name
     * @param figures what it made of the batches
     */
    public record Row(Discounting discounting, String estimator, EstimatorStatistics.Figures figures) {}

    /** Returns the lines of a CSV file, numbers in full. */
    public List<String> csv() {
        List<String> lines = new ArrayList<>(List.of(HEADER));
        for (Row row : rows) {
            EstimatorStatistics.Figures f = row.figures();
            lines.add(String.join(
                    ",",
                    row.discounting().name().toLowerCase(Locale.ROOT),
                    row.estimator(),
                    String.valueOf(f.cosine()),
                    String.valueOf(f.batchCosine()),
                    String.valueOf(f.bias()),
                    String.valueOf(f.biasInterval()),
                    String.valueOf(f.variance()),
                    String.valueOf(f.variancePerStep()),
                    String.valueOf(f.signalToNoise())));
        }
        return lines;
    }

    /** Returns the lines of a Markdown table. */
    public List<String> markdown() {
        List<String> lines = new ArrayList<>(List.of(
                "| discounting | estimator | cosine | of one batch | bias, % | variance | variance · steps |"
                        + " signal/noise |",
                "|---|---|---|---|---|---|---|---|"));
        for (Row row : rows) {
            EstimatorStatistics.Figures f = row.figures();
            lines.add("| %s | %s | %.3f | %.3f | %+.1f ± %.1f | %.3g | %.3g | %.3g |"
                    .formatted(
                            row.discounting().name().toLowerCase(Locale.ROOT).replace('_', ' '),
                            row.estimator(),
                            f.cosine(),
                            f.batchCosine(),
                            100 * f.bias(),
                            100 * f.biasInterval(),
                            f.variance(),
                            f.variancePerStep(),
                            f.signalToNoise()));
        }
        return lines;
    }
}
