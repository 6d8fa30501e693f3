package dev.gangway.policy;

import dev.gangway.network.NetworkSnapshot;
import java.util.random.RandomGenerator;

/**
 * A policy frozen for acting: immutable, thread-safe, and without ND4J.
 *
 * @param network from D features to K outputs
 * @param distribution over actions of A numbers, given K outputs
 */
public record PolicySnapshot(NetworkSnapshot network, Distribution distribution) {

    /**
     * Draws an action for each row, in the order of the rows.
     *
     * @param features shape [rows, D], row-major
     * @param rows number of rows
     * @param random the only source of randomness
     * @param actions receives [rows, A] numbers in the policy's own form
     * @throws DivergedException when the network's outputs are not finite
     */
    public void act(float[] features, int rows, RandomGenerator random, float[] actions) {
        float[] outputs = outputs(features, rows);
        for (int row = 0; row < rows; row++) {
            distribution.sample(
                    outputs, row * distribution.outputSize(), random, actions, row * distribution.actionSize());
        }
    }

    /** Writes the most likely action of each row; shapes and errors as in {@link #act}. */
    public void actGreedy(float[] features, int rows, float[] actions) {
        float[] outputs = outputs(features, rows);
        for (int row = 0; row < rows; row++) {
            distribution.mode(outputs, row * distribution.outputSize(), actions, row * distribution.actionSize());
        }
    }

    private float[] outputs(float[] features, int rows) {
        float[] outputs = new float[rows * distribution.outputSize()];
        network.forward(features, rows, outputs);
        return outputs;
    }
}
