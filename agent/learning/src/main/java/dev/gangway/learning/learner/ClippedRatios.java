package dev.gangway.learning.learner;

import dev.gangway.learning.policy.Policy;

/**
 * The weights that make a sum of scores the gradient of PPO's surrogate (Schulman et al. 2017, equation 7),
 * Σ min(ρ ψ, clip(ρ, 1 − ε, 1 + ε) ψ) with ρ = π(a|s) / π_old(a|s): since ∇ρ = ρ ∇log π, a step weighs ρ ψ, or 0 where the
 * minimum is the constant one, that is, where ρ has left 1 ± ε in the direction that ψ wants.
 *
 * <p>Counts what it sees on the way, over all rows that it was asked for.
 */
final class ClippedRatios implements Policy.ScoreWeight {
    private final double clip;
    private final double[] psi;
    private final double[] oldLogProb;
    private long seen;
    private long beyond;
    private double divergence;

    /**
     * Makes one.
     *
     * @param clip ε
     * @param psi ψ by row
     * @param oldLogProb log π_old(a|s) by row
     */
    ClippedRatios(double clip, double[] psi, double[] oldLogProb) {
        this.clip = clip;
        this.psi = psi;
        this.oldLogProb = oldLogProb;
    }

    @Override
    public double of(int row, double logProb) {
        double logRatio = logProb - oldLogProb[row];
        double ratio = Math.exp(logRatio);
        seen++;
        beyond += Math.abs(ratio - 1) > clip ? 1 : 0;
        divergence += Math.expm1(logRatio) - logRatio;
        boolean constant = psi[row] > 0 ? ratio > 1 + clip : ratio < 1 - clip;
        return constant ? 0 : ratio * psi[row];
    }

    long seen() {
        return seen;
    }

    /** Returns the fraction of rows with ρ beyond 1 ± ε. */
    double clipFraction() {
        return (double) beyond / seen;
    }

    /** Returns the mean of ρ − 1 − log ρ, an unbiased estimate of KL(π_old ‖ π) that is never negative (Schulman 2020). */
    double approximateKl() {
        return divergence / seen;
    }
}
