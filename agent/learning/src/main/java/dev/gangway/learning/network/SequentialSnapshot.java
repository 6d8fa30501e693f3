package dev.gangway.learning.network;

/**
 * A frozen trunk and a frozen head on its outputs.
 *
 * @param trunk sees the features
 * @param head sees the trunk's outputs
 */
public record SequentialSnapshot(NetworkSnapshot trunk, NetworkSnapshot head) implements NetworkSnapshot {

    @Override
    public int inputSize() {
        return trunk.inputSize();
    }

    @Override
    public int outputSize() {
        return head.outputSize();
    }

    @Override
    public void forward(float[] features, int rows, float[] outputs) {
        float[] between = new float[rows * trunk.outputSize()];
        trunk.forward(features, rows, between);
        head.forward(between, rows, outputs);
    }
}
