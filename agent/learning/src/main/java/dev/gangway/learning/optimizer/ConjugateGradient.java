package dev.gangway.learning.optimizer;

import java.util.function.UnaryOperator;

/** Solves A x = b for a symmetric positive definite A that is known by its products only (Hestenes and Stiefel 1952). */
public final class ConjugateGradient {
    private ConjugateGradient() {}

    /**
     * Returns an approximation of A⁻¹ b, exact after as many iterations as A has distinct eigenvalues but for rounding. Stops
     * before a direction in which A has no curvature, where b lies outside the range of a singular A.
     *
     * @param product v ↦ A v
     * @param b shape [P]
     * @param iterations at most this many products
     * @param tolerance done once ‖A x − b‖ ≤ tolerance · ‖b‖
     */
    public static double[] solve(UnaryOperator<double[]> product, double[] b, int iterations, double tolerance) {
        double[] x = new double[b.length];
        double[] residual = b.clone();
        double[] direction = b.clone();
        double squared = dot(residual, residual);
        double enough = tolerance * tolerance * squared;
        for (int i = 0; i < iterations && squared > enough; i++) {
            double[] image = product.apply(direction);
            double curvature = dot(direction, image);
            if (!(curvature > 0)) {
                break;
            }
            double step = squared / curvature;
            add(step, direction, x);
            add(-step, image, residual);
            double next = dot(residual, residual);
            for (int k = 0; k < direction.length; k++) {
                direction[k] = residual[k] + next / squared * direction[k];
            }
            squared = next;
        }
        return x;
    }

    private static void add(double factor, double[] from, double[] to) {
        for (int k = 0; k < to.length; k++) {
            to[k] += factor * from[k];
        }
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int k = 0; k < a.length; k++) {
            sum += a[k] * b[k];
        }
        return sum;
    }
}
