package dev.gangway.inference.network;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Mean and variance of each of D columns over every row seen so far, a batch at a time.
 *
 * <p>A batch's own moments, taken in two passes and corrected for the first one's rounding, are merged into the running ones
 * (Chan, Golub and LeVeque 1983, "Algorithms for computing the sample variance", equations 1.7 and 2.1): with δ = μ_b − μ_a, μ = μ_a + δ n_b / n and
 * M = M_a + M_b + δ² n_a n_b / n, where M is the sum of squared deviations. Nothing cancels, however far the mean is from 0.
 * Not thread-safe.
 */
public final class RunningMoments {
    private long count;
    private final double[] mean;
    private final double[] squares;

    /** The numbers of a batch. */
    @FunctionalInterface
    public interface Numbers {
        /** Returns the number in a row and a column, both counted from 0. */
        double at(int row, int column);
    }

    /** Has seen nothing of {@code width} ≥ 1 columns. */
    public RunningMoments(int width) {
        mean = new double[width];
        squares = new double[width];
    }

    /** Adds a batch. */
    public void add(int rows, Numbers numbers) {
        if (rows == 0) {
            return;
        }
        long total = count + rows;
        for (int column = 0; column < mean.length; column++) {
            double sum = 0;
            for (int row = 0; row < rows; row++) {
                sum += numbers.at(row, column);
            }
            double batchMean = sum / rows;
            double rest = 0;
            double batchSquares = 0;
            for (int row = 0; row < rows; row++) {
                double deviation = numbers.at(row, column) - batchMean;
                rest += deviation;
                batchSquares += deviation * deviation;
            }
            batchMean += rest / rows;
            batchSquares = Math.max(0, batchSquares - rest * rest / rows);
            double delta = batchMean - mean[column];
            mean[column] += delta * rows / total;
            squares[column] += batchSquares + delta * delta * ((double) count * rows / total);
        }
        count = total;
    }

    /** Returns how many rows were seen. */
    public long count() {
        return count;
    }

    /** Returns a copy of μ, shape [D]; 0 before the first row. */
    public double[] mean() {
        return mean.clone();
    }

    /** Returns σ² = M / n, as {@code numpy.var}, shape [D]; 1 before the first row. */
    public double[] variance() {
        return Arrays.stream(squares).map(sum -> count == 0 ? 1 : sum / count).toArray();
    }

    /** Returns what {@link #importState} takes: count, mean, and sum of squared deviations. */
    public Map<String, double[]> exportState() {
        Map<String, double[]> state = new LinkedHashMap<>();
        state.put("count", new double[] {count});
        state.put("mean", mean());
        state.put("squares", squares.clone());
        return state;
    }

    /**
     * Goes on from another's state.
     *
     * @throws IllegalArgumentException when it is not of D columns
     */
    public void importState(Map<String, double[]> state) {
        double[] counted = state.getOrDefault("count", new double[0]);
        double[] means = state.getOrDefault("mean", new double[0]);
        double[] sums = state.getOrDefault("squares", new double[0]);
        if (counted.length != 1 || means.length != mean.length || sums.length != mean.length) {
            throw new IllegalArgumentException(
                    ("Expected running moments count[1], mean[%1$d] and squares[%1$d], found count[%2$d], mean[%3$d] and"
                                    + " squares[%4$d]")
                            .formatted(mean.length, counted.length, means.length, sums.length));
        }
        count = (long) counted[0];
        System.arraycopy(means, 0, mean, 0, mean.length);
        System.arraycopy(sums, 0, squares, 0, mean.length);
    }
}
