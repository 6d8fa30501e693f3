package dev.gangway.learning.policy;

import dev.gangway.inference.policy.ActionMasks;

/**
 * What was seen, what was allowed and what was chosen, decision by decision.
 *
 * @param features shape [any, D], row-major: the encoded observations
 * @param masks shape [any, K]: numbers that were added to the network's outputs, 0 or ±∞, see {@link ActionMasks};
 *     empty when every action was allowed
 * @param actions shape [any, A], in the policy's own form
 */
public record Decisions(float[] features, float[] masks, float[] actions) {

    /** Returns decisions in which every action was allowed. */
    public static Decisions unmasked(float[] features, float[] actions) {
        return new Decisions(features, ActionMasks.NONE, actions);
    }

    /** Adds the masks of the chosen rows to their outputs, shape [rows.length, K]. */
    void addMasks(int[] rows, double[] outputs) {
        if (masks.length == 0) {
            return;
        }
        int k = outputs.length / rows.length;
        for (int i = 0; i < outputs.length; i++) {
            outputs[i] += masks[rows[i / k] * k + i % k];
        }
    }
}
