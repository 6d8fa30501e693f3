package dev.gangway.estimator;

/**
 * Mean and deviation of some numbers, without the digits that a mean far from 0 costs: the mean is corrected by the mean of
 * the deviations from it, and deviations are taken from the corrected one (Chan, Golub and LeVeque 1983, "Algorithms for
 * computing the sample variance", equation 1.7).
 */
final class Spread {
    /** Numbers that lie closer together than this fraction of their size count as equal. */
    private static final double ROUNDING = 1e-12;

    private Spread() {}

    static double mean(double[] values) {
        double sum = 0;
        for (double value : values) {
            sum += value;
        }
        double mean = sum / values.length;
        double rest = 0;
        for (double value : values) {
            rest += value - mean;
        }
        return mean + rest / values.length;
    }

    /** Returns the mean squared deviation, divisor n. */
    static double variance(double[] values) {
        double mean = mean(values);
        double squares = 0;
        for (double value : values) {
            squares += (value - mean) * (value - mean);
        }
        return squares / values.length;
    }

    /** Returns the root of {@link #variance}. */
    static double deviation(double[] values) {
        return Math.sqrt(variance(values));
    }

    /** Returns whether the numbers differ by no more than rounding; NaN never do. */
    static boolean areEqual(double[] values) {
        double least = Double.POSITIVE_INFINITY;
        double most = Double.NEGATIVE_INFINITY;
        for (double value : values) {
            if (Double.isNaN(value)) {
                return false;
            }
            least = Math.min(least, value);
            most = Math.max(most, value);
        }
        return most - least <= ROUNDING * Math.max(Math.abs(least), Math.abs(most));
    }
}
