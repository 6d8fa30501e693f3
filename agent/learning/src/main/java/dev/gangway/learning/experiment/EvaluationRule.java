package dev.gangway.learning.experiment;

/**
 * When a training plays whole episodes with its policy, and how many.
 *
 * @param everyEnvSteps environment steps between evaluations, ≥ 1; the first one precedes training
 * @param episodes of each evaluation, ≥ 1
 * @param seed of their environments and of sampling
 */
public record EvaluationRule(long everyEnvSteps, int episodes, long seed) {
    /** Refuses evaluations of nothing. */
    public EvaluationRule {
        if (everyEnvSteps < 1 || episodes < 1) {
            throw new IllegalArgumentException("Expected 1 environment step or more between evaluations of 1 episode or"
                    + " more, found " + everyEnvSteps + " and " + episodes);
        }
    }
}
