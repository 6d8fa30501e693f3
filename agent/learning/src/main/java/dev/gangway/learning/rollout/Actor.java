package dev.gangway.learning.rollout;

import java.util.random.RandomGenerator;

/** Chooses actions: a policy snapshot's sampling or its greedy rule, or a test's script. */
@FunctionalInterface
public interface Actor {
    /**
     * Writes one action per row.
     *
     * @param features shape [batch, D], encoded observations
     * @param masks shape [batch, K], see {@link dev.gangway.inference.policy.ActionMasks}; empty when every action is allowed
     * @param batch number of rows
     * @param random the only source of randomness that may be drawn from
     * @param actions shape [batch, A], in the policy's own form; written
     */
    void act(float[] features, float[] masks, int batch, RandomGenerator random, float[] actions);
}
