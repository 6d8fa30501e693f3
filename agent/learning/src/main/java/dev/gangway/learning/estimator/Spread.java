package dev.gangway.learning.estimator;

/**
 * Mean and deviation of some numbers, without the digits that a mean far from 0 costs: both are corrected by the sum of the
 * deviations from the mean as it is first found (Chan, Golub and LeVeque 1983, "Algorithms for computing the sample
 * variance", equation 1.7).
 *
 * @param mean of the numbers
 * @param variance the mean squared deviation, divisor n
 * @param isRounding whether the numbers are equal but for rounding: closer together than 1e−12 of their size
 */
record Spread(double mean, double variance, boolean isRounding) {
    private static final double ROUNDING = 1e-12;

    /** Returns that of at least one number. */
    static Spread of(double[] values) {
        double sum = 0;
        for (double value : values) {
            sum += value;
        }
        double mean = sum / values.length;
        double rest = 0;
        double squares = 0;
        double least = values[0];
        double most = values[0];
        for (double value : values) {
            double difference = value - mean;
            rest += difference;
            squares += difference * difference;
            least = Math.min(least, value);
            most = Math.max(most, value);
        }
        double variance = Math.max(0, squares - rest * rest / values.length) / values.length;
        boolean isRounding = most - least <= ROUNDING * Math.max(Math.abs(least), Math.abs(most));
        return new Spread(mean + rest / values.length, variance, isRounding);
    }

    double deviation() {
        return Math.sqrt(variance);
    }
}
