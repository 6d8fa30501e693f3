package dev.gangway.learning.learner;

/**
 * What one batch did to a policy. Numbers that do not exist are NaN.
 *
 * @param entropy mean entropy of π(·|s) over the batch before the policy changed, in nats; with several passes that of
 *     the first, each part before its own step
 * @param gradientNorm Euclidean norm of the gradient estimate before clipping; with several steps their mean
 * @param learningRate α
 * @param clipFraction PPO: steps in the last pass whose probability ratio was beyond 1 ± ε, each before its part's step
 * @param approximateKl mean KL(π_old ‖ π) in nats: PPO's estimate over the last pass, likewise; of a natural gradient and
 *     of a learning rate that adapts to it exact, after the update
 */
public record PolicyStep(
        double entropy, double gradientNorm, double learningRate, double clipFraction, double approximateKl) {

    /** Returns what one step along the estimate did, of a learner that measures no ratios. */
    public static PolicyStep once(double entropy, double gradientNorm, double learningRate) {
        return new PolicyStep(entropy, gradientNorm, learningRate, Double.NaN, Double.NaN);
    }
}
