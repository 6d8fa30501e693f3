package dev.gangway.learning.estimator;

import dev.gangway.environment.Discrete;
import dev.gangway.environment.EnvSpec;
import dev.gangway.learning.policy.Policy;
import java.util.Optional;

/**
 * What an estimator or a baseline may be made of. Everything is live: it answers as it is when asked.
 *
 * @param environment what each copy of the environment is
 * @param policy π, which collects the batches
 * @param critic what learns values beside the policy; empty when nothing does
 * @param discount γ in [0, 1]
 * @param discounting where γ counts from
 * @param baseline what is subtracted from returns; none while the baseline itself is made
 */
public record LearningParts(
        EnvSpec environment,
        Policy policy,
        Optional<Critic> critic,
        double discount,
        Discounting discounting,
        Baseline baseline) {

    /** Parts without a baseline. */
    public LearningParts(
            EnvSpec environment, Policy policy, Optional<Critic> critic, double discount, Discounting discounting) {
        this(environment, policy, critic, discount, discounting, new Baseline.None());
    }

    /** Returns these parts with the baseline that a factory makes of them. */
    public LearningParts with(BaselineFactory factory) {
        return new LearningParts(environment, policy, critic, discount, discounting, factory.make(this));
    }

    /**
     * Returns V(s) as the critic predicts it.
     *
     * @throws IllegalArgumentException when the training has no critic
     */
    public StateValue stateValue() {
        return requiredCritic()::predict;
    }

    /**
     * Returns Q(s, ·) as the critic predicts it; the critic must have an output for each action.
     *
     * @throws IllegalArgumentException when the training has no critic
     */
    public ActionValue actionValue() {
        return requiredCritic()::predict;
    }

    private Critic requiredCritic() {
        return critic.orElseThrow(() -> new IllegalArgumentException(
                "Expected a critic for an estimator that needs predicted values, found none; give the training one"));
    }

    /** Returns weighted sums of the policy's scores. */
    public ScoreSum scores() {
        return ScoreSum.of(policy);
    }

    /**
     * Returns π(·|s) over the discrete actions.
     *
     * @throws IllegalArgumentException when the action space is not Discrete
     */
    public ActionProbabilities actionProbabilities() {
        return ActionProbabilities.of(policy, discreteActions(environment));
    }

    /**
     * Returns how many actions an environment has.
     *
     * @throws IllegalArgumentException when the action space is not Discrete
     */
    public static int discreteActions(EnvSpec environment) {
        if (environment.actionSpace() instanceof Discrete discrete) {
            return Math.toIntExact(discrete.n());
        }
        throw new IllegalArgumentException("estimator.action_value: expected a Discrete action space, found "
                + environment.actionSpace() + "; use gae or another with value_function");
    }
}
