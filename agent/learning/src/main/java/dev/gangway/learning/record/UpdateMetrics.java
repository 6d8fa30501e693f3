package dev.gangway.learning.record;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What is recorded of one update; one row of {@code metrics.csv}. Numbers that do not exist (no episode has ended yet, no
 * value function) are NaN and leave their cell empty.
 *
 * @param update counted from 1
 * @param envSteps environment steps so far
 * @param episodes finished episodes so far
 * @param meanReturnLast100 mean undiscounted return of the last 100 finished episodes, or of all while fewer
 * @param meanLengthLast100 mean length of the same episodes, in steps
 * @param batchSteps valid steps in the update's batch
 * @param entropy mean entropy of π(·|s) over the batch before the update, in nats
 * @param gradientNorm Euclidean norm of the policy gradient estimate, before clipping
 * @param advantageMean mean of ψ over the batch, before normalisation
 * @param advantageStd standard deviation of ψ over the batch, before normalisation
 * @param valueLoss mean squared error of V(s) against its targets before it is fitted to them
 * @param explainedVariance 1 − Var[target − V] / Var[target]; 1 is perfect, 0 no better than a constant
 * @param learningRate α of the policy's optimiser in this update
 * @param clipFraction PPO: fraction of the steps whose probability ratio was clipped, in the last pass
 * @param approximateKl mean KL divergence of the policy from the one before the update, in nats, in the last pass
 * @param wallSeconds since the first reset; a time column
 * @param envStepsPerSecond environment steps of this update over its wall time; a time column
 */
public record UpdateMetrics(
        long update,
        long envSteps,
        long episodes,
        double meanReturnLast100,
        double meanLengthLast100,
        long batchSteps,
        double entropy,
        double gradientNorm,
        double advantageMean,
        double advantageStd,
        double valueLoss,
        double explainedVariance,
        double learningRate,
        double clipFraction,
        double approximateKl,
        double wallSeconds,
        double envStepsPerSecond) {

    private static final List<String> NAMES = List.of(
            "update",
            "env_steps",
            "episodes",
            "mean_return_last_100",
            "mean_length_last_100",
            "batch_steps",
            "entropy",
            "gradient_norm",
            "advantage_mean",
            "advantage_std",
            "value_loss",
            "explained_variance",
            "learning_rate",
            "clip_fraction",
            "approximate_kl",
            "wall_seconds",
            "env_steps_per_second");

    private static final Map<String, String> FORMER_NAMES =
            Map.of("weight_mean", "advantage_mean", "weight_std", "advantage_std");

    /** Returns the names of the columns in order, as {@code metrics.csv} and TensorBoard use them. */
    public static List<String> names() {
        return NAMES;
    }

    /** Returns what earlier versions of Gangway called a column, with the name of now. */
    static Map<String, String> formerNames() {
        return FORMER_NAMES;
    }

    /** Returns the columns in order, by their names. */
    public Map<String, Number> columns() {
        List<Number> values = List.of(
                update,
                envSteps,
                episodes,
                meanReturnLast100,
                meanLengthLast100,
                batchSteps,
                entropy,
                gradientNorm,
                advantageMean,
                advantageStd,
                valueLoss,
                explainedVariance,
                learningRate,
                clipFraction,
                approximateKl,
                wallSeconds,
                envStepsPerSecond);
        Map<String, Number> columns = new LinkedHashMap<>();
        for (int i = 0; i < NAMES.size(); i++) {
            columns.put(NAMES.get(i), values.get(i));
        }
        return columns;
    }
}
