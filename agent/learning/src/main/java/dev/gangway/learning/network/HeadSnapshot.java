package dev.gangway.learning.network;

/**
 * Some neighbouring outputs of a frozen network; see {@link Head}.
 *
 * @param network with all the heads
 * @param first of its outputs that this head has
 * @param outputSize how many
 */
public record HeadSnapshot(NetworkSnapshot network, int first, int outputSize) implements NetworkSnapshot {

    @Override
    public int inputSize() {
        return network.inputSize();
    }

    @Override
    public void forward(float[] features, int rows, float[] outputs) {
        float[] all = new float[rows * network.outputSize()];
        network.forward(features, rows, all);
        for (int row = 0; row < rows; row++) {
            System.arraycopy(all, row * network.outputSize() + first, outputs, row * outputSize, outputSize);
        }
    }
}
