package dev.gangway.learning.learner;

import dev.gangway.learning.estimator.Averaging;
import dev.gangway.learning.estimator.Critic;
import dev.gangway.learning.estimator.SharedValue;
import dev.gangway.learning.optimizer.Schedule;
import dev.gangway.learning.policy.Policy;
import java.util.Optional;

/**
 * How a training's {@link Objective} is made of its estimates.
 *
 * @param normalized whether ψ is shifted and scaled to mean 0 and standard deviation 1 over the batch
 * @param normalizationFloor least number that normalised ψ is divided by, ≥ 0
 * @param averaging what the sum over the batch is divided by
 * @param entropyCoefficient of the entropy bonus, over the run
 */
public record ObjectiveSettings(
        boolean normalized, double normalizationFloor, Averaging averaging, Schedule entropyCoefficient) {

    /** Returns the plain estimate: ψ as it is, divided by the number of steps, without an entropy bonus. */
    public static ObjectiveSettings plain() {
        return new ObjectiveSettings(false, 0, Averaging.PER_STEP, new Schedule.Constant(0));
    }

    /**
     * Returns the objective of one update.
     *
     * @param critic of the training; its loss takes part where it shares the policy's network
     * @param progress environment steps before the batch's rollout as a fraction of the run's maximum
     */
    public Objective at(Policy policy, Optional<Critic> critic, double progress) {
        return new Objective(
                policy,
                normalized,
                normalizationFloor,
                averaging,
                entropyCoefficient.at(progress),
                critic.filter(SharedValue.class::isInstance).map(SharedValue.class::cast));
    }
}
