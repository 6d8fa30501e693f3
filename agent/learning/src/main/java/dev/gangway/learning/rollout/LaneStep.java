package dev.gangway.learning.rollout;

import dev.gangway.environment.StepResult;
import java.util.Arrays;

/**
 * What one step did to the copies of a lane. The arrays are the lane's and hold this until its next step is sent.
 *
 * @param first the lane's first copy over all lanes
 * @param features shape [copies, D]: what the actions were chosen on
 * @param masks shape [copies, K], or empty: what the actions were chosen under
 * @param actions shape [copies, A], in the policy's own form
 * @param result what the environment gave
 * @param finals encoded observations, the final ones among them: shape [K, D] in the order of the result's final rows, or
 *     [copies, D] where it has none
 * @param autoreset says which copies the step was no step for
 */
record LaneStep(
        int first,
        float[] features,
        float[] masks,
        float[] actions,
        StepResult result,
        float[] finals,
        Autoreset autoreset) {

    /** Returns whether this was a step of an episode of the copy, and not only its reset. */
    boolean isStep(int copy) {
        return !autoreset.onlyReset(copy);
    }

    /** Returns whether the copy's episode ended in this step. */
    boolean ended(int copy) {
        return result.terminated()[copy] || result.truncated()[copy];
    }

    /** Returns in which row of {@link #finals} the final observation of a copy that ended stands. */
    int finalRow(int copy) {
        return result.finals()
                .map(rows -> Arrays.binarySearch(rows.copies(), copy))
                .orElse(copy);
    }
}
