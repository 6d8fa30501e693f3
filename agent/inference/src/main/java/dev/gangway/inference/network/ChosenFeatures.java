package dev.gangway.inference.network;

import java.util.Arrays;

/**
 * A network that sees some of the features, or all in another order: column i of its input is feature {@code columns[i]}.
 */
public final class ChosenFeatures implements Layer {
    private final int inputSize;
    private final int[] columns;
    private final Layer network;

    /**
     * Shows a network some of the features.
     *
     * @param inputSize features of a row
     * @param columns which of them the network sees; none twice
     * @param network what sees them
     */
    public ChosenFeatures(int inputSize, int[] columns, Layer network) {
        if (columns.length != network.inputSize()) {
            throw new IllegalArgumentException(
                    "Expected " + network.inputSize() + " columns for the network, found " + columns.length);
        }
        this.inputSize = inputSize;
        this.columns = columns.clone();
        this.network = network;
    }

    @Override
    public ChosenFeatures over(ParameterVector parameters) {
        return new ChosenFeatures(inputSize, columns, network.over(parameters));
    }

    @Override
    public int inputSize() {
        return inputSize;
    }

    @Override
    public int outputSize() {
        return network.outputSize();
    }

    @Override
    public ParameterVector parameters() {
        return network.parameters();
    }

    @Override
    public Pass forward(double[] features) {
        double[] chosen = chosen(features);
        return new ChosenPass(network.forward(chosen), chosen.length);
    }

    private double[] chosen(double[] features) {
        double[] chosen = new double[Matrices.rows(features, inputSize) * columns.length];
        for (int i = 0; i < chosen.length; i++) {
            chosen[i] = features[feature(i)];
        }
        return chosen;
    }

    /** Returns where among the features a number is that the network sees. */
    private int feature(int seen) {
        return seen / columns.length * inputSize + columns[seen % columns.length];
    }

    /** Returns a copy of which features the network sees. */
    public int[] columns() {
        return columns.clone();
    }

    /** Returns what sees them. */
    public Layer network() {
        return network;
    }

    @Override
    public void forward(float[] features, int rows, float[] outputs) {
        float[] chosen = new float[rows * columns.length];
        for (int i = 0; i < chosen.length; i++) {
            chosen[i] = features[feature(i)];
        }
        network.forward(chosen, rows, outputs);
    }

    private final class ChosenPass implements Pass {
        private final Pass inner;
        private final int seen;

        ChosenPass(Pass inner, int seen) {
            this.inner = inner;
            this.seen = seen;
        }

        @Override
        public double[] output() {
            return inner.output();
        }

        @Override
        public double[] backward(double[] outputGradient, double[] featureGradient) {
            if (featureGradient == null) {
                return inner.backward(outputGradient);
            }
            double[] ofChosen = new double[seen];
            double[] gradient = inner.backward(outputGradient, ofChosen);
            Arrays.fill(featureGradient, 0);
            for (int i = 0; i < seen; i++) {
                featureGradient[feature(i)] = ofChosen[i];
            }
            return gradient;
        }

        @Override
        public double[] tangent(double[] direction, double[] featureTangent) {
            return inner.tangent(direction, featureTangent == null ? null : chosen(featureTangent));
        }
    }
}
