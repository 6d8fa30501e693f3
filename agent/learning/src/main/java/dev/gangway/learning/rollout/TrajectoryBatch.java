package dev.gangway.learning.rollout;

import dev.gangway.learning.policy.Decisions;

/**
 * The experience of one rollout: T steps of N copies under one policy. Row {@code t·N + n} of every array belongs to step
 * t of copy n; copies are ordered by lane, then by place in the lane, never by arrival.
 *
 * <p>One copy's column may hold several episodes in a row, and its last episode may be cut by the batch's end. The valid
 * rows of a column come first. Where {@code valid} is false the copy had no more to do: the row holds zeros and must not
 * enter any sum.
 *
 * @param steps T
 * @param copies N
 * @param decisions of T·N rows: the encoded observation, shape [T, N, D], that each action was chosen on, what it was chosen
 *     under, and the action, shape [T, N, A]
 * @param outcomes what came of each action
 * @param finals the observations that episodes ended in
 * @param nextFeatures shape [N, D]: the observation after each column's last step, for bootstrapping at the cut;
 *     meaningful only when that step did not end an episode. Zeros when the rollout counts episodes
 */
public record TrajectoryBatch(
        int steps, int copies, Decisions decisions, Outcomes outcomes, FinalStates finals, float[] nextFeatures) {

    /**
     * What came of each action.
     *
     * @param rewards shape [T, N]
     * @param terminated shape [T, N]: the step reached a terminal state
     * @param truncated shape [T, N]: the step cut the episode
     * @param valid shape [T, N]: whether the copy took the step
     * @param timeInEpisode shape [T, N]: steps that the episode had taken before this one, 0 for its first
     */
    public record Outcomes(
            double[] rewards, boolean[] terminated, boolean[] truncated, boolean[] valid, int[] timeInEpisode) {}

    /**
     * The observations that episodes ended in, before any reset.
     *
     * @param rows ascending rows (t·N + n) of the steps that ended an episode; K of them
     * @param features shape [K, D]: the observation after each of those steps
     */
    public record FinalStates(int[] rows, float[] features) {}

    /** Returns this batch with other rewards, shape [T, N]. */
    public TrajectoryBatch withRewards(double[] others) {
        Outcomes changed =
                new Outcomes(others, outcomes.terminated, outcomes.truncated, outcomes.valid, outcomes.timeInEpisode);
        return new TrajectoryBatch(steps, copies, decisions, changed, finals, nextFeatures);
    }

    /** Returns T·N. */
    public int rows() {
        return steps * copies;
    }

    /** Returns D, numbers per encoded observation. */
    public int featureSize() {
        return nextFeatures.length / copies;
    }

    /** Returns the observations that the actions were chosen on, shape [T, N, D]. */
    public float[] features() {
        return decisions.features();
    }

    /** Returns the actions, shape [T, N, A], in the policy's own form (a category's index for a Categorical). */
    public float[] actions() {
        return decisions.actions();
    }

    /** Returns the rewards, shape [T, N]. */
    public double[] rewards() {
        return outcomes.rewards;
    }

    /** Returns which steps reached a terminal state, shape [T, N]. */
    public boolean[] terminated() {
        return outcomes.terminated;
    }

    /** Returns which steps cut their episode, shape [T, N]. */
    public boolean[] truncated() {
        return outcomes.truncated;
    }

    /** Returns whether a step ended its episode, in either way. */
    public boolean ended(int row) {
        return outcomes.terminated[row] || outcomes.truncated[row];
    }

    /** Returns which rows hold a step, shape [T, N]. */
    public boolean[] valid() {
        return outcomes.valid;
    }

    /** Returns the steps that each row's episode had taken before it, shape [T, N]. */
    public int[] timeInEpisode() {
        return outcomes.timeInEpisode;
    }

    /** Returns how many rows are valid. */
    public int validRows() {
        int count = 0;
        for (boolean row : outcomes.valid) {
            count += row ? 1 : 0;
        }
        return count;
    }
}
