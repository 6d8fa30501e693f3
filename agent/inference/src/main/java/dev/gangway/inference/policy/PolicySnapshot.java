package dev.gangway.inference.policy;

import dev.gangway.inference.network.Network;
import java.util.random.RandomGenerator;

/**
 * A policy frozen for acting: immutable and thread-safe.
 *
 * @param network from D features to K outputs, over frozen parameters
 * @param distribution over actions of A numbers, given K outputs
 */
public record PolicySnapshot(Network network, Distribution distribution) {

    /**
     * Draws an action for each row, in the order of the rows.
     *
     * @param features shape [rows, D], row-major
     * @param masks shape [rows, K], added to the network's outputs, see {@link ActionMasks}; empty when every action is
     *     allowed
     * @param rows number of rows
     * @param random the only source of randomness
     * @param actions receives [rows, A] numbers in the policy's own form
     * @throws DivergedException when the network's outputs are not finite
     */
    public void act(float[] features, float[] masks, int rows, RandomGenerator random, float[] actions) {
        float[] outputs = outputs(features, masks, rows);
        for (int row = 0; row < rows; row++) {
            distribution.sample(
                    outputs, row * distribution.outputSize(), random, actions, row * distribution.actionSize());
        }
    }

    /** As {@link #act(float[], float[], int, RandomGenerator, float[])} where every action is allowed. */
    public void act(float[] features, int rows, RandomGenerator random, float[] actions) {
        act(features, ActionMasks.NONE, rows, random, actions);
    }

    /** Writes the mode of each row's distribution; shapes and errors as in {@link #act}. */
    public void actGreedy(float[] features, float[] masks, int rows, float[] actions) {
        float[] outputs = outputs(features, masks, rows);
        for (int row = 0; row < rows; row++) {
            distribution.mode(outputs, row * distribution.outputSize(), actions, row * distribution.actionSize());
        }
    }

    /** As {@link #actGreedy(float[], float[], int, float[])} where every action is allowed. */
    public void actGreedy(float[] features, int rows, float[] actions) {
        actGreedy(features, ActionMasks.NONE, rows, actions);
    }

    private float[] outputs(float[] features, float[] masks, int rows) {
        float[] outputs = new float[rows * distribution.outputSize()];
        network.forward(features, rows, outputs);
        for (int i = 0; i < masks.length; i++) {
            outputs[i] += masks[i];
        }
        return outputs;
    }
}
