package dev.gangway.learning.optimizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class ConjugateGradientTest {
    private static final int SIZE = 12;

    /** M Mᵀ + I for a random M: symmetric and positive definite. */
    private static double[][] matrix() {
        Random random = new Random(1);
        double[][] m = new double[SIZE][SIZE];
        for (double[] row : m) {
            for (int k = 0; k < SIZE; k++) {
                row[k] = random.nextGaussian();
            }
        }
        double[][] a = new double[SIZE][SIZE];
        for (int i = 0; i < SIZE; i++) {
            for (int j = 0; j < SIZE; j++) {
                a[i][j] = i == j ? 1 : 0;
                for (int k = 0; k < SIZE; k++) {
                    a[i][j] += m[i][k] * m[j][k];
                }
            }
        }
        return a;
    }

    private static UnaryOperator<double[]> product(double[][] a) {
        return v -> {
            double[] image = new double[SIZE];
            for (int i = 0; i < SIZE; i++) {
                for (int k = 0; k < SIZE; k++) {
                    image[i] += a[i][k] * v[k];
                }
            }
            return image;
        };
    }

    @Test
    void findsTheSolutionThatMadeTheRightHandSide() {
        double[] expected = new Random(2).doubles(SIZE, -1, 1).toArray();
        UnaryOperator<double[]> product = product(matrix());
        assertArrayEquals(expected, ConjugateGradient.solve(product, product.apply(expected), 200, 1e-14), 1e-10);
    }

    @Test
    void oneIterationIsTheBestStepAlongTheRightHandSide() {
        double[] b = new Random(3).doubles(SIZE, -1, 1).toArray();
        UnaryOperator<double[]> product = product(matrix());
        double[] image = product.apply(b);
        double squared = 0;
        double curvature = 0;
        for (int k = 0; k < SIZE; k++) {
            squared += b[k] * b[k];
            curvature += b[k] * image[k];
        }
        double[] found = ConjugateGradient.solve(product, b, 1, 0);
        for (int k = 0; k < SIZE; k++) {
            assertEquals(squared / curvature * b[k], found[k], 1e-14);
        }
    }

    @Test
    void whereTheMatrixHasNoCurvatureThereIsNoStep() {
        UnaryOperator<double[]> first = v -> new double[] {2 * v[0], 0};
        assertArrayEquals(new double[] {0, 0}, ConjugateGradient.solve(first, new double[] {0, 1}, 10, 1e-10));
        double[] found = ConjugateGradient.solve(first, new double[] {1, 1}, 10, 1e-10);
        assertTrue(Double.isFinite(found[0]) && Double.isFinite(found[1]));
    }

    @Test
    void theSolutionForZeroIsZeroWithoutAProduct() {
        UnaryOperator<double[]> unused = v -> {
            throw new AssertionError("Expected no product");
        };
        assertArrayEquals(new double[3], ConjugateGradient.solve(unused, new double[3], 10, 1e-10));
    }
}
