/**
 * Stochastic policies π(a|s) that learn: a network, whose outputs are the parameters of a distribution over actions.
 *
 * <p>{@link dev.gangway.learning.policy.Policy} belongs to the learner's thread. Acting needs
 * {@link dev.gangway.inference.policy.PolicySnapshot}, the distributions and the encoders only.
 */
package dev.gangway.learning.policy;
