package dev.gangway.learning.network;

/**
 * A frozen network behind a frozen standardisation of its features.
 *
 * @param network what sees them
 * @param standardization of each row
 */
public record NormalizedSnapshot(NetworkSnapshot network, Standardization standardization) implements NetworkSnapshot {

    @Override
    public int inputSize() {
        return network.inputSize();
    }

    @Override
    public int outputSize() {
        return network.outputSize();
    }

    @Override
    public void forward(float[] features, int rows, float[] outputs) {
        float[] standardised = new float[rows * inputSize()];
        for (int i = 0; i < standardised.length; i++) {
            standardised[i] = (float) standardization.apply(features[i], i % inputSize());
        }
        network.forward(standardised, rows, outputs);
    }
}
