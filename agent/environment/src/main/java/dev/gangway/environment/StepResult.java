package dev.gangway.environment;

import java.util.Optional;

/**
 * What a step of n copies returned. The arrays belong to the caller.
 *
 * @param observations batch of n observations; in {@link AutoresetMode#SAME_STEP}, the row of a copy whose episode
 *     ended is the first observation of its next episode
 * @param rewards rewards of the step, shape [n]
 * @param terminated whether each copy reached a terminal state, shape [n]; it is never merged with {@code truncated},
 *     and both may be true
 * @param truncated whether each copy's episode was cut short, for example by its time limit, shape [n]
 * @param infos infos of the copies; in SAME_STEP, those of a copy whose episode ended come from its reset
 * @param finals in SAME_STEP, the last observations of the episodes that ended in this step; empty when none ended, and
 *     always empty in the other modes
 */
public record StepResult(
        Value observations,
        double[] rewards,
        boolean[] terminated,
        boolean[] truncated,
        Infos infos,
        Optional<FinalRows> finals) {

    /**
     * The last observations of the episodes that ended in a step, taken before the copies were reset. A learner
     * bootstraps from such an observation if and only if its episode did not terminate.
     *
     * @param copies indices of the k copies whose episodes ended, ascending
     * @param observations batch of their k final observations
     * @param infos their k final infos, in the order of {@code copies}
     */
    public record FinalRows(int[] copies, Value observations, Infos infos) {}
}
