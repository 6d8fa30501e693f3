package dev.gangway.learning.estimator;

/** What the sum of ψ ∇log π over a batch is divided by. */
public enum Averaging {
    /** The number of steps: episodes count by their length, so this is the gradient divided by a mean length. */
    PER_STEP,
    /** The number of trajectories: an estimate of the gradient of the expected return. */
    PER_TRAJECTORY,
    /** 1: the learning rate absorbs it. */
    SUM
}
