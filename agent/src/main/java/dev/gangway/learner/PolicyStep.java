package dev.gangway.learner;

/**
 * What one batch did to a policy.
 *
 * @param entropy mean entropy of π(·|s) over the batch before the policy changed, in nats
 * @param gradientNorm Euclidean norm of the gradient estimate before clipping; with several steps their mean
 * @param learningRate α
 */
public record PolicyStep(double entropy, double gradientNorm, double learningRate) {}
