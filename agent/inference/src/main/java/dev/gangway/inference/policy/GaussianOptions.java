package dev.gangway.inference.policy;

import dev.gangway.environment.Space;

/**
 * How a Gaussian policy acts in a Box and how its standard deviations come about.
 *
 * @param initialLogStd log σ of every component before training
 * @param stateDependent whether log σ is an output of the network, next to the mean, rather than a trained parameter
 *     that is the same in every state
 * @param squashed whether actions are squashed into the bounds by tanh rather than clipped to them
 * @param minLogStd floor of log σ, at most {@code initialLogStd}
 */
public record GaussianOptions(double initialLogStd, boolean stateDependent, boolean squashed, double minLogStd) {

    /** As above, with the floor that experiments have by default. */
    public GaussianOptions(double initialLogStd, boolean stateDependent, boolean squashed) {
        this(initialLogStd, stateDependent, squashed, DiagonalGaussian.MIN_LOG_STD);
    }

    /** Returns a state-independent log σ that starts at 0, and clipped actions. */
    public static GaussianOptions defaults() {
        return new GaussianOptions(0, false, false);
    }

    /** Returns the distribution of an action space; see {@link Distributions#of(Space, boolean, double)}. */
    public Distribution distribution(Space actions) {
        return Distributions.of(actions, squashed, minLogStd);
    }
}
