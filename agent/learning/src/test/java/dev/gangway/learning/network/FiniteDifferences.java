package dev.gangway.learning.network;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.gangway.inference.network.ParameterVector;
import java.util.function.DoubleSupplier;

/** Compares gradients with central differences, in double. */
public final class FiniteDifferences {
    private static final double STEP = 1e-5;

    private FiniteDifferences() {}

    /**
     * Asserts that {@code gradient} is that of {@code function} with respect to {@code parameters}, to 1e−6 of the
     * gradient's largest component.
     */
    public static void assertGradient(ParameterVector parameters, DoubleSupplier function, double[] gradient) {
        double[] theta = parameters.toDoubles();
        assertEquals(theta.length, gradient.length);
        double largest = 0;
        for (double component : gradient) {
            largest = Math.max(largest, Math.abs(component));
        }
        for (int i = 0; i < theta.length; i++) {
            double difference =
                    (at(parameters, theta, i, STEP, function) - at(parameters, theta, i, -STEP, function)) / (2 * STEP);
            assertEquals(difference, gradient[i], 1e-6 * largest, "component " + i + " of " + parameters.slots());
        }
        parameters.assign(theta);
    }

    private static double at(ParameterVector parameters, double[] theta, int i, double step, DoubleSupplier function) {
        double[] moved = theta.clone();
        moved[i] += step;
        parameters.assign(moved);
        return function.getAsDouble();
    }
}
