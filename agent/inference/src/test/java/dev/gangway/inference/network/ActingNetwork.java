package dev.gangway.inference.network;

/** A function of features without parameters that acts and does not learn. */
public abstract class ActingNetwork implements Network {
    private final int inputSize;
    private final int outputSize;

    protected ActingNetwork(int inputSize, int outputSize) {
        this.inputSize = inputSize;
        this.outputSize = outputSize;
    }

    @Override
    public int inputSize() {
        return inputSize;
    }

    @Override
    public int outputSize() {
        return outputSize;
    }

    @Override
    public ParameterVector parameters() {
        throw new UnsupportedOperationException("Expected a test that only acts");
    }

    @Override
    public Forward forward(double[] features) {
        throw new UnsupportedOperationException("Expected a test that only acts");
    }

    @Override
    public Network snapshot() {
        return this;
    }
}
