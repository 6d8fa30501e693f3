package dev.gangway.network;

/** A frozen network that sees some of the features; see {@link ChosenFeatures}. */
final class ChosenSnapshot implements NetworkSnapshot {
    private final int inputSize;
    private final int[] columns;
    private final NetworkSnapshot network;

    ChosenSnapshot(int inputSize, int[] columns, NetworkSnapshot network) {
        this.inputSize = inputSize;
        this.columns = columns.clone();
        this.network = network;
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
    public void forward(float[] features, int rows, float[] outputs) {
        float[] chosen = new float[rows * columns.length];
        for (int i = 0; i < chosen.length; i++) {
            chosen[i] = features[i / columns.length * inputSize + columns[i % columns.length]];
        }
        network.forward(chosen, rows, outputs);
    }
}
