package dev.gangway.optim;

import dev.gangway.network.Matrices;
import java.util.Map;
import java.util.Set;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

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
    private final DataType dataType;
    private INDArray secondMoment;

    /**
     * Makes one.
     *
     * @param decay ρ in [0, 1), usually 0.99
     * @param epsilon ε &gt; 0
     * @param placement where ε stands
     * @param dataType type of the parameters
     */
    public RmsProp(double decay, double epsilon, Epsilon placement, DataType dataType) {
        if (!(decay >= 0 && decay < 1 && epsilon > 0)) {
            throw new IllegalArgumentException(
                    "Expected a decay in [0, 1) and ε > 0, found " + decay + " and " + epsilon);
        }
        this.decay = decay;
        this.epsilon = epsilon;
        this.placement = placement;
        this.dataType = dataType;
    }

    @Override
    public void ascend(INDArray parameters, INDArray gradient, double learningRate) {
        if (secondMoment == null) {
            secondMoment = Matrices.vector(dataType, new double[Math.toIntExact(parameters.length())]);
        }
        try (INDArray square = gradient.mul(gradient)) {
            secondMoment.muli(decay).addi(square.muli(1 - decay));
        }
        try (INDArray divisor = secondMoment.dup();
                INDArray step = gradient.mul(learningRate)) {
            switch (placement) {
                case OUTSIDE_ROOT -> Transforms.sqrt(divisor, false).addi(epsilon);
                case INSIDE_ROOT -> Transforms.sqrt(divisor.addi(epsilon), false);
            }
            parameters.addi(step.divi(divisor));
        }
    }

    @Override
    public Map<String, double[]> exportState() {
        return secondMoment == null
                ? Map.of()
                : Map.of(SECOND_MOMENT, secondMoment.data().asDouble());
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
        secondMoment = Matrices.vector(dataType, state.get(SECOND_MOMENT));
    }
}
