package dev.gangway.learning.estimator;

import dev.gangway.inference.policy.ArchitectureFactory;
import dev.gangway.learning.optimizer.ScheduledOptimizer;
import dev.gangway.learning.rollout.Minibatches;

/** Makes the critic of one training, when its environment is known. */
@FunctionalInterface
public interface CriticFactory {

    /**
     * Returns a new, untrained critic.
     *
     * @throws IllegalArgumentException when the parts do not fit, such as an action space that is not Discrete for Q(s, ·)
     */
    Critic make(CriticParts parts);

    /**
     * Returns V(s) with a network of its own.
     *
     * @param optimizer for this network alone
     * @param epochs passes over each batch, ≥ 1
     */
    static CriticFactory stateValue(ArchitectureFactory architecture, ScheduledOptimizer optimizer, int epochs) {
        return parts -> new ValueFunction(
                new ValueNetwork(
                        parts.network(architecture.make(parts.environment().observationSpace()), 1, 0),
                        Double.POSITIVE_INFINITY),
                optimizer,
                epochs,
                new Minibatches(1));
    }

    /** As {@link #stateValue}, for Q(s, ·) with an output for each of the Discrete actions. */
    static CriticFactory actionValue(ArchitectureFactory architecture, ScheduledOptimizer optimizer, int epochs) {
        return parts -> new ValueFunction(
                new ValueNetwork(
                        parts.network(
                                architecture.make(parts.environment().observationSpace()),
                                LearningParts.discreteActions(parts.environment()),
                                0),
                        Double.POSITIVE_INFINITY),
                optimizer,
                epochs,
                new Minibatches(1));
    }

    /**
     * Returns V(s) as one more output of the policy's network, whose policy must have been made with a value head.
     *
     * @param coefficient c_v of {@link SharedValue}
     */
    static CriticFactory shared(double coefficient) {
        return parts -> new SharedValue(new ValueNetwork(parts.valueHead(), Double.POSITIVE_INFINITY), coefficient);
    }
}
