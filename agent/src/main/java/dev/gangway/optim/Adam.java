package dev.gangway.optim;

import dev.gangway.network.Matrices;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

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
    private final DataType dataType;
    private INDArray firstMoment;
    private INDArray secondMoment;
    private long steps;

    /**
     * Makes one.
     *
     * @param beta1 β₁ in [0, 1), usually 0.9
     * @param beta2 β₂ in [0, 1), usually 0.999
     * @param epsilon ε &gt; 0, usually 1e−8
     * @param dataType type of the parameters
     */
    public Adam(double beta1, double beta2, double epsilon, DataType dataType) {
        if (!(beta1 >= 0 && beta1 < 1 && beta2 >= 0 && beta2 < 1 && epsilon > 0)) {
            throw new IllegalArgumentException(
                    "Expected β₁ and β₂ in [0, 1) and ε > 0, found " + beta1 + ", " + beta2 + " and " + epsilon);
        }
        this.beta1 = beta1;
        this.beta2 = beta2;
        this.epsilon = epsilon;
        this.dataType = dataType;
    }

    @Override
    public void ascend(INDArray parameters, INDArray gradient, double learningRate) {
        if (steps == 0) {
            firstMoment = Nd4j.create(dataType, parameters.length());
            secondMoment = Nd4j.create(dataType, parameters.length());
        }
        steps++;
        try (INDArray part = gradient.mul(1 - beta1);
                INDArray square = gradient.mul(gradient)) {
            firstMoment.muli(beta1).addi(part);
            secondMoment.muli(beta2).addi(square.muli(1 - beta2));
        }
        double correction1 = 1 - Math.pow(beta1, (double) steps);
        double correction2 = 1 - Math.pow(beta2, (double) steps);
        try (INDArray denominator = secondMoment.div(correction2);
                INDArray step = firstMoment.mul(learningRate / correction1)) {
            Transforms.sqrt(denominator, false).addi(epsilon);
            parameters.addi(step.divi(denominator));
        }
    }

    @Override
    public Map<String, double[]> exportState() {
        Map<String, double[]> state = new TreeMap<>();
        if (steps > 0) {
            state.put(FIRST_MOMENT, firstMoment.data().asDouble());
            state.put(SECOND_MOMENT, secondMoment.data().asDouble());
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
        firstMoment = Matrices.vector(dataType, state.get(FIRST_MOMENT));
        secondMoment = Matrices.vector(dataType, state.get(SECOND_MOMENT));
        steps = (long) state.get(STEPS)[0];
    }
}
