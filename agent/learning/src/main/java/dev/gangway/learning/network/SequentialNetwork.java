package dev.gangway.learning.network;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A trunk and a head on its outputs: head(trunk(x)). Parameters: {@code trunk.…}, then {@code head.…}.
 */
public final class SequentialNetwork implements Layer {
    private final Layer trunk;
    private final Layer head;
    private final ParameterVector parameters;

    private SequentialNetwork(Layer trunk, Layer head, ParameterVector parameters) {
        this.trunk = trunk;
        this.head = head;
        this.parameters = parameters;
    }

    /**
     * Joins the two, whose parameters are copied.
     *
     * @throws IllegalArgumentException when the head does not take as many features as the trunk puts out
     */
    public static SequentialNetwork of(Layer trunk, Layer head) {
        if (trunk.outputSize() != head.inputSize()) {
            throw new IllegalArgumentException("Expected a head for the trunk's " + trunk.outputSize()
                    + " outputs, found one for " + head.inputSize());
        }
        Map<String, ParameterVector> parts = new LinkedHashMap<>();
        parts.put("trunk.", trunk.parameters());
        parts.put("head.", head.parameters());
        return on(trunk, head, ParameterVector.join(parts));
    }

    private static SequentialNetwork on(Layer trunk, Layer head, ParameterVector parameters) {
        List<ParameterVector> parts = parameters.split(List.of(trunk.parameters(), head.parameters()));
        return new SequentialNetwork(trunk.over(parts.get(0)), head.over(parts.get(1)), parameters);
    }

    @Override
    public SequentialNetwork over(ParameterVector elsewhere) {
        return on(trunk, head, elsewhere);
    }

    @Override
    public int inputSize() {
        return trunk.inputSize();
    }

    @Override
    public int outputSize() {
        return head.outputSize();
    }

    @Override
    public ParameterVector parameters() {
        return parameters;
    }

    @Override
    public Pass forward(double[] features) {
        Pass below = trunk.forward(features);
        double[] between = below.output();
        return new SequentialPass(
                below, head.forward(between), between.length, trunk.parameters().size());
    }

    @Override
    public NetworkSnapshot snapshot() {
        return new SequentialSnapshot(trunk.snapshot(), head.snapshot());
    }

    private record SequentialPass(Pass below, Pass above, int betweenSize, int trunkParameters) implements Pass {
        @Override
        public double[] output() {
            return above.output();
        }

        @Override
        public double[] backward(double[] outputGradient, double[] featureGradient) {
            double[] between = new double[betweenSize];
            double[] ofHead = above.backward(outputGradient, between);
            double[] ofTrunk = below.backward(between, featureGradient);
            double[] gradient = Arrays.copyOf(ofTrunk, ofTrunk.length + ofHead.length);
            System.arraycopy(ofHead, 0, gradient, ofTrunk.length, ofHead.length);
            return gradient;
        }

        @Override
        public double[] tangent(double[] direction, double[] featureTangent) {
            double[] ofTrunk = Arrays.copyOf(direction, trunkParameters);
            double[] ofHead = Arrays.copyOfRange(direction, trunkParameters, direction.length);
            return above.tangent(ofHead, below.tangent(ofTrunk, featureTangent));
        }
    }
}
