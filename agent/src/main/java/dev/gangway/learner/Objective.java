package dev.gangway.learner;

import dev.gangway.estimator.Averaging;
import dev.gangway.estimator.Weights;
import dev.gangway.policy.Policy;
import dev.gangway.policy.Policy.ScoreGradient;
import dev.gangway.rollout.TrajectoryBatch;

/**
 * What a policy is moved uphill on: Σ ψ log π(a|s) at fixed ψ, averaged, plus an entropy bonus.
 *
 * @param policy π
 * @param normalized whether ψ is shifted and scaled to mean 0 and standard deviation 1 over the batch
 * @param averaging what the sum is divided by
 * @param entropyCoefficient c in c · mean entropy of π(·|s)
 */
public record Objective(Policy policy, boolean normalized, Averaging averaging, double entropyCoefficient) {
    private static final double NORMALIZATION_EPSILON = 1e-8;

    /** Returns ψ as the policy's gradient is weighted with it. */
    Weights prepared(Weights weights) {
        return normalized ? weights.normalized(NORMALIZATION_EPSILON) : weights;
    }

    /** Returns ψ shifted and scaled within some of the rows, by row. */
    double[] normalized(Weights psi, int[] rows) {
        return new Weights(rows, psi.trajectories(), psi.psi(), psi.valueTargets())
                .normalized(NORMALIZATION_EPSILON)
                .psi();
    }

    /** Returns log π(a|s) of the chosen rows, each at its row: shape [T, N]. */
    double[] logProb(TrajectoryBatch batch, int[] rows) {
        double[] chosen = policy.logProb(batch.decisions(), rows);
        double[] byRow = new double[batch.rows()];
        for (int b = 0; b < rows.length; b++) {
            byRow[rows[b]] = chosen[b];
        }
        return byRow;
    }

    /** Returns the gradient over a whole batch. */
    ScoreGradient gradient(TrajectoryBatch batch, Weights psi) {
        return gradient(batch, psi, psi.rows(), (row, logProb) -> psi.psi()[row]);
    }

    /**
     * Returns the gradient as some of a batch's rows estimate it.
     *
     * @param psi of the whole batch
     * @param rows those that take part
     * @param weight what each row's score is weighted with
     */
    ScoreGradient gradient(TrajectoryBatch batch, Weights psi, int[] rows, Policy.ScoreWeight weight) {
        double share = (double) psi.rows().length / rows.length;
        return policy.scoreGradient(batch.decisions(), rows, weight, share * psi.scale(averaging), entropyCoefficient);
    }
}
