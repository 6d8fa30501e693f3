package dev.gangway.learning.rollout;

import dev.gangway.learning.policy.Decisions;

/**
 * What a collector brings home: T steps of N copies under one policy. Row {@code t·N + n} of every array belongs to step
 * t of copy n; copies are ordered by lane, then by place in the lane, never by arrival.
 *
 * <p>One copy's column may hold several episodes in a row, and its last episode may be cut by the batch's end. Where
 * {@code valid} is false the copy had no more to do, or was reset by steps of their own (NEXT_STEP): the row holds zeros
 * and must not enter any sum; the valid rows of a column come first.
 *
 * @param steps T
 * @param copies N
 * @param featureSize D, numbers per encoded observation
 * @param actionSize A, numbers per action in the policy's own form (a category's index for a Categorical)
 * @param features shape [T, N, D]: the observation that the action was chosen on
 * @param actions shape [T, N, A]
 * @param masks shape [T, N, K]: what each action was chosen under, see {@link dev.gangway.learning.policy.ActionMasks}; empty when
 *     every action was allowed
 * @param rewards shape [T, N]
 * @param terminated shape [T, N]: the step reached a terminal state
 * @param truncated shape [T, N]: the step cut the episode
 * @param valid shape [T, N]
 * @param timeInEpisode shape [T, N]: steps that the episode had taken before this one, 0 for its first
 * @param finalRows ascending rows (t·N + n) that ended an episode; K of them
 * @param finalFeatures shape [K, D]: the observation after each of those steps, before the reset
 * @param nextFeatures shape [N, D]: the observation after each column's last step, for bootstrapping at the cut;
 *     meaningful only when that step did not end an episode. Zeros when the rollout counts episodes
 */
public record TrajectoryBatch(
        int steps,
        int copies,
        int featureSize,
        int actionSize,
        float[] features,
        float[] actions,
        float[] masks,
        double[] rewards,
        boolean[] terminated,
        boolean[] truncated,
        boolean[] valid,
        int[] timeInEpisode,
        int[] finalRows,
        float[] finalFeatures,
        float[] nextFeatures) {

    /** Returns this batch with other rewards, shape [T, N]. */
    public TrajectoryBatch withRewards(double[] others) {
        return new TrajectoryBatch(
                steps,
                copies,
                featureSize,
                actionSize,
                features,
                actions,
                masks,
                others,
                terminated,
                truncated,
                valid,
                timeInEpisode,
                finalRows,
                finalFeatures,
                nextFeatures);
    }

    /** Returns T·N. */
    public int rows() {
        return steps * copies;
    }

    /** Returns what was decided in each row. */
    public Decisions decisions() {
        return new Decisions(features, masks, actions);
    }

    /** Returns how many rows are valid. */
    public int validRows() {
        int count = 0;
        for (boolean row : valid) {
            count += row ? 1 : 0;
        }
        return count;
    }
}
