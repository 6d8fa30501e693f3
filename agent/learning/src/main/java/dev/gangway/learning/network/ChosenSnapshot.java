package dev.gangway.learning.network;

/**
 * A frozen network that sees some of the features; see {@link ChosenFeatures}.
 *
 * @param inputSize features of a row
 * @param columns which of them the network sees
 * @param network what sees them
 */
public record ChosenSnapshot(int inputSize, int[] columns, NetworkSnapshot network) implements NetworkSnapshot {

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
