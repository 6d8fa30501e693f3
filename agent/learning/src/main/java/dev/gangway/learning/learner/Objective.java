package dev.gangway.learning.learner;

import dev.gangway.inference.network.ParameterVector;
import dev.gangway.learning.estimator.Averaging;
import dev.gangway.learning.estimator.SharedValue;
import dev.gangway.learning.estimator.Weights;
import dev.gangway.learning.policy.Policy;
import dev.gangway.learning.policy.Policy.ScoreGradient;
import dev.gangway.learning.rollout.TrajectoryBatch;
import java.util.Optional;

/**
 * What a policy is moved uphill on: Σ ψ log π(a|s) at fixed ψ, averaged, plus an entropy bonus, less the loss of a value
 * function that shares its network, averaged as the first sum is.
 *
 * @param policy π
 * @param normalized whether ψ is shifted and scaled to mean 0 and standard deviation 1 over the batch
 * @param normalizationFloor least number that normalised ψ is divided by, ≥ 0
 * @param averaging what the sum is divided by
 * @param entropyCoefficient c in c · mean entropy of π(·|s) over the steps, however the sum is averaged
 * @param value whose loss is fitted in the same steps; empty when V, if there is one, has a network of its own
 */
public record Objective(
        Policy policy,
        boolean normalized,
        double normalizationFloor,
        Averaging averaging,
        double entropyCoefficient,
        Optional<SharedValue> value) {
    private static final double NORMALIZATION_EPSILON = 1e-8;

    /** Divides normalised ψ by its standard deviation, however small. */
    public Objective(
            Policy policy,
            boolean normalized,
            Averaging averaging,
            double entropyCoefficient,
            Optional<SharedValue> value) {
        this(policy, normalized, 0, averaging, entropyCoefficient, value);
    }

    /** Returns ψ as the policy's gradient is weighted with it. */
    public Weights prepared(Weights weights) {
        return normalized ? weights.normalized(normalizationFloor, NORMALIZATION_EPSILON) : weights;
    }

    /** Returns ψ shifted and scaled within some of the rows, by row. */
    public double[] normalized(Weights psi, int[] rows) {
        return new Weights(rows, psi.trajectories(), psi.psi(), psi.valueTargets())
                .normalized(normalizationFloor, NORMALIZATION_EPSILON)
                .psi();
    }

    /** Returns log π(a|s) of the chosen rows, each at its row: shape [T, N]. */
    public double[] logProb(TrajectoryBatch batch, int[] rows) {
        double[] chosen = policy.logProb(batch.decisions(), rows);
        double[] byRow = new double[batch.rows()];
        for (int b = 0; b < rows.length; b++) {
            byRow[rows[b]] = chosen[b];
        }
        return byRow;
    }

    /** Returns the gradient over a whole batch. */
    public ScoreGradient gradient(TrajectoryBatch batch, Weights psi) {
        ScoreGradient estimate = gradient(batch, psi, psi.rows(), (row, logProb) -> psi.psi()[row]);
        if (psi.controlVariate().length > 0) {
            double scale = psi.scale(averaging);
            ParameterVector parameters = policy.parameters();
            double[] gradient = estimate.gradient();
            for (int i = 0; i < gradient.length; i++) {
                double less = parameters.round(scale * psi.controlVariate()[i]);
                gradient[i] = parameters.round(gradient[i] - less);
            }
        }
        return estimate;
    }

    /**
     * Returns the gradient as some of a batch's rows estimate it, without {@link Weights#controlVariate}.
     *
     * @param psi of the whole batch
     * @param rows those that take part
     * @param weight what each row's score is weighted with
     */
    public ScoreGradient gradient(TrajectoryBatch batch, Weights psi, int[] rows, Policy.ScoreWeight weight) {
        double share = (double) psi.rows().length / rows.length;
        double scale = share * psi.scale(averaging);
        ScoreGradient estimate = policy.scoreGradient(batch.decisions(), rows, weight, scale, entropyCoefficient);
        value.ifPresent(v -> v.addUphill(estimate.gradient(), batch, psi, rows, scale));
        return estimate;
    }
}
