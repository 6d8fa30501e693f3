package dev.gangway.inference.network;

import java.util.Arrays;
import java.util.List;

/**
 * A trunk and a head on its outputs: head(trunk(x)). Parameters: {@code trunk.…}, then {@code head.…}.
 */
public final class SequentialNetwork implements Layer {
    private final Layer trunk;
    private final Layer head;
    private final ParameterVector parameters;

    /**
     * Joins the two.
     *
     * @param trunk over the first numbers of the parameters
     * @param head over the numbers behind those
     * @param parameters of both
     */
    SequentialNetwork(Layer trunk, Layer head, ParameterVector parameters) {
        this.trunk = trunk;
        this.head = head;
        this.parameters = parameters;
    }

    /** Returns what sees the features. */
    public Layer trunk() {
        return trunk;
    }

    /** Returns what sees the trunk's outputs. */
    public Layer head() {
        return head;
    }

    @Override
    public SequentialNetwork over(ParameterVector elsewhere) {
        List<ParameterVector> parts = elsewhere.split(
                List.of(trunk.parameters().layout(), head.parameters().layout()));
        return new SequentialNetwork(trunk.over(parts.get(0)), head.over(parts.get(1)), elsewhere);
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
    public void forward(float[] features, int rows, float[] outputs) {
        float[] between = new float[rows * trunk.outputSize()];
        trunk.forward(features, rows, between);
        head.forward(between, rows, outputs);
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
