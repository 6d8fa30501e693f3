package dev.gangway.learning.estimator;

import dev.gangway.learning.rollout.TrajectoryBatch;

/**
 * What a baseline may look at: returns, observations and the lengths of score sums, never actions.
 *
 * @param rows ascending indices of the valid rows; the arrays below hold 0 elsewhere
 * @param values shape [T, N]: the returns that the baseline is subtracted from
 * @param units shape [T, N]: ψ = units · (value − baseline)
 * @param valueFactors shape [T, N]: what a return discounted from the step on is multiplied by to be in the units of
 *     {@code values}
 * @param firstRows the first row of each trajectory
 * @param trajectoryOf shape [T, N]: the place in {@code firstRows} of the row's trajectory
 * @param times shape [T, N]: steps that the episode had taken before
 * @param wholeTrajectory whether all steps of a trajectory have the same value, its total return
 * @param features shape [T, N, D]
 * @param featureSize D
 * @param scores sums of scores of the actions taken
 */
public record Outcomes(
        int[] rows,
        double[] values,
        double[] units,
        double[] valueFactors,
        int[] firstRows,
        int[] trajectoryOf,
        int[] times,
        boolean wholeTrajectory,
        float[] features,
        int featureSize,
        Scores scores) {

    /** Sums of scores over a batch whose actions stay hidden. */
    @FunctionalInterface
    public interface Scores {
        /** Returns Σ_row weights[row] · ∇log π(a_row | s_row) over the chosen rows, shape [P]. */
        double[] sum(ScoreSum model, int[] rows, double[] weights);
    }

    static Outcomes of(
            TrajectoryBatch batch,
            Episodes episodes,
            double[] values,
            double[] units,
            double[] valueFactors,
            boolean wholeTrajectory) {
        int[] trajectoryOf = new int[batch.rows()];
        for (int row : episodes.rows()) {
            trajectoryOf[row] = episodes.trajectoryOf(row);
        }
        return new Outcomes(
                episodes.rows(),
                values,
                units,
                valueFactors,
                Returns.firstRows(episodes),
                trajectoryOf,
                batch.timeInEpisode(),
                wholeTrajectory,
                batch.features(),
                batch.featureSize(),
                (model, rows, weights) -> model.sum(batch.decisions(), rows, weights));
    }

    /** Returns the number of trajectories. */
    public int trajectories() {
        return firstRows.length;
    }

    /** Returns ψ without a baseline, shape [T, N]. */
    public double[] weighted() {
        double[] weighted = new double[values.length];
        for (int row : rows) {
            weighted[row] = units[row] * values[row];
        }
        return weighted;
    }

    /** Returns the valid rows of each trajectory, ascending. */
    public int[][] rowsByTrajectory() {
        int[] counts = new int[trajectories()];
        for (int row : rows) {
            counts[trajectoryOf[row]]++;
        }
        int[][] grouped = new int[trajectories()][];
        for (int i = 0; i < grouped.length; i++) {
            grouped[i] = new int[counts[i]];
        }
        int[] next = new int[grouped.length];
        for (int row : rows) {
            int i = trajectoryOf[row];
            grouped[i][next[i]++] = row;
        }
        return grouped;
    }
}
