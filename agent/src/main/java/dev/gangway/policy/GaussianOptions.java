package dev.gangway.policy;

/**
 * How the standard deviations of a Gaussian policy come about.
 *
 * @param initialLogStd log σ of every component before training
 * @param stateDependent whether log σ is an output of the network, next to the mean, rather than a trained parameter
 *     that is the same in every state
 */
public record GaussianOptions(double initialLogStd, boolean stateDependent) {

    /** Returns a state-independent log σ that starts at 0. */
    public static GaussianOptions defaults() {
        return new GaussianOptions(0, false);
    }
}
