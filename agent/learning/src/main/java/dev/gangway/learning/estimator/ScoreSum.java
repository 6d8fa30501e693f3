package dev.gangway.learning.estimator;

import dev.gangway.learning.policy.Decisions;
import dev.gangway.learning.policy.Policy;

/** Weighted sums of scores ∇log π(a|s) of one policy. */
@FunctionalInterface
public interface ScoreSum {

    /**
     * Returns Σ_row weights[row] · ∇log π(a_row | s_row), shape [P].
     *
     * @param rows which decisions take part
     * @param weights for every row, chosen or not
     */
    double[] sum(Decisions decisions, int[] rows, double[] weights);

    /** Returns the sums of a policy as it is when asked: one forward and one backward pass each. */
    static ScoreSum of(Policy policy) {
        return (decisions, rows, weights) ->
                policy.scoreGradient(decisions, rows, weights, 1, 0).gradient();
    }
}
