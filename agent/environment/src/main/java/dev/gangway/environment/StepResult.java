package dev.gangway.environment;

import java.util.Optional;

/**
 * After a step of n copies. The arrays belong to the caller.
 *
 * @param observations batch of n observations; in {@link AutoresetMode#SAME_STEP} an ended copy's row is the first
 *     observation of its next episode
 * @param rewards shape [n]
 * @param terminated shape [n]: the copy reached a terminal state; never merged with {@code truncated}, both may hold
 * @param truncated shape [n]: the episode was cut, for example by its time limit
 * @param infos infos of the copies; in SAME_STEP an ended copy's infos here are those of its reset
 * @param finals in SAME_STEP the rows that ended in this step, empty when none did and in the other modes
 */
public record StepResult(
        Value observations,
        double[] rewards,
        boolean[] terminated,
        boolean[] truncated,
        Infos infos,
        Optional<FinalRows> finals) {

    /**
     * Rows that ended, before their reset. Bootstrap from these if and only if not terminated.
     *
     * @param copies indices of the k copies, ascending
     * @param observations batch of their k final observations
     * @param infos their final infos, k rows in the order of {@code copies}
     */
    public record FinalRows(int[] copies, Value observations, Infos infos) {}
}
