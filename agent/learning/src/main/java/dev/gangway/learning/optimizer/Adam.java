package dev.gangway.learning.optimizer;

import dev.gangway.inference.network.ParameterVector;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Adam, upwards (Kingma and Ba 2015, algorithm 1). With t = 1, 2, … and every operation element by element:
 *
 * <pre>
 * m ← β₁ m + (1 − β₁) g        m̂ = m / (1 − β₁ᵗ)
 * v ← β₂ v + (1 − β₂) g²       v̂ = v / (1 − β₂ᵗ)
 * θ ← θ + α m̂ / (√v̂ + ε)
 * </pre>
 *
 * ε stands outside the square root, after the bias correction. State: {@code first_moment} [P], {@code second_moment} [P],
 * {@code steps} [1]; empty before the first step.
 */
public final class Adam implements Optimizer {
    private static final String FIRST_MOMENT = "first_moment";
    private static final String SECOND_MOMENT = "second_moment";
    private static final String STEPS = "steps";

    private final double beta1;
    private final double beta2;
    private final double epsilon;
    private double[] firstMoment;
    private double[] secondMoment;
    private long steps;

    /** Returns Adam with β₁ = 0.9, β₂ = 0.999 and ε = 1e−8, as its authors suggest. */
    public static Adam standard() {
        return new Adam(0.9, 0.999, 1e-8);
    }

    /**
     * Makes one.
     *
     * @param beta1 β₁ in [0, 1), usually 0.9
     * @param beta2 β₂ in [0, 1), usually 0.999
     * @param epsilon ε &gt; 0, usually 1e−8
     */
    public Adam(double beta1, double beta2, double epsilon) {
        if (!(beta1 >= 0 && beta1 < 1 && beta2 >= 0 && beta2 < 1 && epsilon > 0)) {
            throw new IllegalArgumentException(
                    "Expected β₁ and β₂ in [0, 1) and ε > 0, found " + beta1 + ", " + beta2 + " and " + epsilon);
        }
        this.beta1 = beta1;
        this.beta2 = beta2;
        this.epsilon = epsilon;
    }

    @Override
    public void ascend(ParameterVector parameters, double[] gradient, double learningRate) {
        double[] theta = parameters.toDoubles();
        if (steps == 0) {
            firstMoment = new double[theta.length];
            secondMoment = new double[theta.length];
        }
        steps++;
        double rate = learningRate / (1 - Math.pow(beta1, (double) steps));
        double correction = 1 / (1 - Math.pow(beta2, (double) steps));
        average(beta1, firstMoment, gradient);
        averageOfSquares(beta2, secondMoment, gradient);
        move(theta, firstMoment, secondMoment, rate, correction, epsilon);
        parameters.assign(theta);
    }

    // Three loops with nothing but local variables, of each of which the compiler makes vector instructions.

    private static void average(double beta, double[] mean, double[] g) {
        for (int i = 0; i < mean.length; i++) {
            mean[i] = beta * mean[i] + (1 - beta) * g[i];
        }
    }

    private static void averageOfSquares(double beta, double[] mean, double[] g) {
        for (int i = 0; i < mean.length; i++) {
            mean[i] = beta * mean[i] + (1 - beta) * g[i] * g[i];
        }
    }

    private static void move(double[] theta, double[] m, double[] v, double rate, double correction, double epsilon) {
        for (int i = 0; i < theta.length; i++) {
            theta[i] += rate * m[i] / (Math.sqrt(v[i] * correction) + epsilon);
        }
    }

    @Override
    public Map<String, double[]> exportState() {
        Map<String, double[]> state = new TreeMap<>();
        if (steps > 0) {
            state.put(FIRST_MOMENT, firstMoment.clone());
            state.put(SECOND_MOMENT, secondMoment.clone());
            state.put(STEPS, new double[] {(double) steps});
        }
        return state;
    }

    @Override
    public void importState(Map<String, double[]> state) {
        if (state.isEmpty()) {
            steps = 0;
            return;
        }
        if (!state.keySet().equals(Set.of(FIRST_MOMENT, SECOND_MOMENT, STEPS))
                || state.get(FIRST_MOMENT).length != state.get(SECOND_MOMENT).length
                || state.get(STEPS).length != 1) {
            throw new IllegalArgumentException("Expected " + FIRST_MOMENT + " and " + SECOND_MOMENT
                    + " of one length and " + STEPS + " of length 1 for Adam, found " + state.keySet());
        }
        firstMoment = state.get(FIRST_MOMENT).clone();
        secondMoment = state.get(SECOND_MOMENT).clone();
        steps = (long) state.get(STEPS)[0];
    }
}
