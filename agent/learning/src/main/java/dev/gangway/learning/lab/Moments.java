package dev.gangway.learning.lab;

/**
 * Mean and total variance of random vectors of P numbers, added one at a time. Deviations are from the mean as it is then, so
 * that nothing cancels where the mean is far larger than they are (Welford 1962).
 */
final class Moments {
    private final double[] mean;
    private double squares;
    private int count;

    Moments(int size) {
        mean = new double[size];
    }

    void add(double... vector) {
        count++;
        for (int i = 0; i < mean.length; i++) {
            double deviation = vector[i] - mean[i];
            mean[i] += deviation / count;
            squares += deviation * (vector[i] - mean[i]);
        }
    }

    int count() {
        return count;
    }

    double[] mean() {
        return mean.clone();
    }

    /** Returns tr Cov = Σ_b ‖g_b − ḡ‖² / (B − 1). */
    double totalVariance() {
        return squares / (count - 1);
    }

    /** Returns an unbiased estimate of ‖E g‖², cut off at 0: ‖ḡ‖² − tr Cov / B. */
    double signal() {
        return Math.max(0, dot(mean(), mean()) - totalVariance() / count);
    }

    static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    /** Returns the cosine of the angle between two vectors, 0 when one is 0. */
    static double cosine(double[] a, double[] b) {
        double norms = Math.sqrt(dot(a, a) * dot(b, b));
        return norms == 0 ? 0 : dot(a, b) / norms;
    }
}
