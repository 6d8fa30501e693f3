package dev.gangway.inference.network;

import java.util.random.RandomGenerator;

/**
 * Random matrices with orthonormal rows or columns, whichever are fewer, times a gain.
 *
 * <p>The Q of the QR factorisation with positive diagonal R of a Gaussian matrix is uniform over the orthonormal ones
 * (Mezzadri 2007, "How to generate random matrices from the classical compact groups"). Gram–Schmidt gives exactly that
 * Q; each vector is orthogonalised twice, which is enough for full precision.
 */
final class Orthogonal {
    private Orthogonal() {}

    /** Returns a row-major matrix of shape [rows, columns]. */
    static double[] matrix(int rows, int columns, double gain, RandomGenerator random) {
        int count = Math.min(rows, columns);
        int length = Math.max(rows, columns);
        double[][] vectors = new double[count][length];
        for (int v = 0; v < count; v++) {
            for (int i = 0; i < length; i++) {
                vectors[v][i] = random.nextGaussian();
            }
            for (int pass = 0; pass < 2; pass++) {
                for (int u = 0; u < v; u++) {
                    addScaled(vectors[v], -dot(vectors[u], vectors[v]), vectors[u]);
                }
            }
            addScaled(vectors[v], 1 / Math.sqrt(dot(vectors[v], vectors[v])) - 1, vectors[v]);
        }
        double[] matrix = new double[rows * columns];
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                double element = rows < columns ? vectors[row][column] : vectors[column][row];
                matrix[row * columns + column] = gain * element;
            }
        }
        return matrix;
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    private static void addScaled(double[] target, double factor, double[] source) {
        for (int i = 0; i < target.length; i++) {
            target[i] += factor * source[i];
        }
    }
}
