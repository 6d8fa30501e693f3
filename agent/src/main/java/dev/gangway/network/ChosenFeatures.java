package dev.gangway.network;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A network that sees some of the features, or all in another order: column i of its input is feature {@code columns[i]}.
 */
public final class ChosenFeatures implements Layer {
    private final int inputSize;
    private final int[] columns;
    private final Layer network;

    /**
     * Makes one.
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
    public Pass forward(INDArray features) {
        int rows = (int) features.size(0);
        double[] all = Matrices.toRowMajor(features);
        double[] chosen = new double[rows * columns.length];
        for (int i = 0; i < chosen.length; i++) {
            chosen[i] = all[i / columns.length * inputSize + columns[i % columns.length]];
        }
        INDArray input = Matrices.matrix(features.dataType(), chosen, rows, columns.length);
        return new ChosenPass(network.forward(input), input);
    }

    @Override
    public NetworkSnapshot snapshot() {
        return new ChosenSnapshot(inputSize, columns, network.snapshot());
    }

    private final class ChosenPass implements Pass {
        private final Pass inner;
        private final INDArray input;

        ChosenPass(Pass inner, INDArray input) {
            this.inner = inner;
            this.input = input;
        }

        @Override
        public INDArray output() {
            return inner.output();
        }

        @Override
        public INDArray backward(INDArray outputGradient) {
            return inner.backward(outputGradient);
        }

        @Override
        public INDArray backward(INDArray outputGradient, INDArray featureGradient) {
            int rows = (int) input.size(0);
            try (INDArray ofChosen = input.ulike()) {
                INDArray gradient = inner.backward(outputGradient, ofChosen);
                double[] chosen = Matrices.toRowMajor(ofChosen);
                double[] all = new double[rows * inputSize];
                for (int i = 0; i < chosen.length; i++) {
                    all[i / columns.length * inputSize + columns[i % columns.length]] = chosen[i];
                }
                try (INDArray scattered = Matrices.matrix(input.dataType(), all, rows, inputSize)) {
                    featureGradient.assign(scattered);
                }
                return gradient;
            }
        }

        @Override
        public void close() {
            inner.close();
            input.close();
        }
    }
}
