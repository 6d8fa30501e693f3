/**
 * Stochastic policies π(a|s): a network, whose outputs are the parameters of a distribution over actions.
 *
 * <p>{@link dev.gangway.learning.policy.Policy} uses ND4J and belongs to the learner's thread. Acting needs
 * {@link dev.gangway.learning.policy.PolicySnapshot}, the distributions and the encoders only, none of which touches ND4J.
 */
package dev.gangway.learning.policy;
