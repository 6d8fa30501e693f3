package dev.gangway.learning.optimizer;

import dev.gangway.inference.network.ParameterVector;
import java.util.Map;
import java.util.Set;

/**
 * RMSProp, upwards (Tieleman and Hinton 2012, lecture 6.5). With every operation element by element and v = 0 at first:
 *
 * <pre>
 * v ← ρ v + (1 − ρ) g²
 * θ ← θ + α g / (√v + ε)      with ε outside the root
 * θ ← θ + α g / √(v + ε)      with ε inside the root
 * </pre>
 *
 * Nothing corrects v for its start at 0, so the first step has the length α / √(1 − ρ). State: {@code second_moment} [P];
 * empty before the first step.
 */
public final class RmsProp implements Optimizer {
    private static final String SECOND_MOMENT = "second_moment";

    /** Where ε stands. The same ε damps steps far more inside, where it is compared with g² rather than |g|. */
    public enum Epsilon {
        /** √v + ε, as in PyTorch; usually with ε = 1e−8. */
        OUTSIDE_ROOT,
        /** √(v + ε), as in TensorFlow 1, with which A2C was published; usually with ε = 1e−5. */
        INSIDE_ROOT
    }

    private final double decay;
    private final double epsilon;
    private final Epsilon placement;
    private double[] secondMoment;

    /**
     * Makes one.
     *
     * @param decay ρ in [0, 1), usually 0.99
     * @param epsilon ε &gt; 0
     * @param placement where ε stands
     */
    public RmsProp(double decay, double epsilon, Epsilon placement) {
        if (!(decay >= 0 && decay < 1 && epsilon > 0)) {
            throw new IllegalArgumentException(
                    "Expected a decay in [0, 1) and ε > 0, found " + decay + " and " + epsilon);
        }
        this.decay = decay;
        this.epsilon = epsilon;
        this.placement = placement;
    }

    @Override
    public void ascend(ParameterVector parameters, double[] gradient, double learningRate) {
        double[] theta = parameters.toDoubles();
        if (secondMoment == null) {
            secondMoment = new double[theta.length];
        }
        for (int i = 0; i < theta.length; i++) {
            secondMoment[i] = decay * secondMoment[i] + (1 - decay) * gradient[i] * gradient[i];
            theta[i] += learningRate * gradient[i] / divisor(secondMoment[i]);
        }
        parameters.assign(theta);
    }

    private double divisor(double v) {
        return switch (placement) {
            case OUTSIDE_ROOT -> Math.sqrt(v) + epsilon;
            case INSIDE_ROOT -> Math.sqrt(v + epsilon);
        };
    }

    @Override
    public Map<String, double[]> exportState() {
        return secondMoment == null ? Map.of() : Map.of(SECOND_MOMENT, secondMoment.clone());
    }

    @Override
    public void importState(Map<String, double[]> state) {
        if (state.isEmpty()) {
            secondMoment = null;
            return;
        }
        if (!state.keySet().equals(Set.of(SECOND_MOMENT))) {
            throw new IllegalArgumentException("Expected " + SECOND_MOMENT + " for RMSProp, found " + state.keySet());
        }
        secondMoment = state.get(SECOND_MOMENT).clone();
    }
}
