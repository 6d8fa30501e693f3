package dev.gangway.lab;

/** Mean and total variance of random vectors of P numbers, added one at a time. */
final class Moments {
    private final double[] sum;
    private double squares;
    private int count;

    Moments(int size) {
        sum = new double[size];
    }

    void add(double[] vector) {
        for (int i = 0; i < sum.length; i++) {
            sum[i] += vector[i];
            squares += vector[i] * vector[i];
        }
        count++;
    }

    int count() {
        return count;
    }

    double[] mean() {
        double[] mean = new double[sum.length];
        for (int i = 0; i < mean.length; i++) {
            mean[i] = sum[i] / count;
        }
        return mean;
    }

    /** Returns tr Cov = Σ_b ‖g_b − ḡ‖² / (B − 1). */
    double totalVariance() {
        return Math.max(0, squares - count * dot(mean(), mean())) / (count - 1);
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
