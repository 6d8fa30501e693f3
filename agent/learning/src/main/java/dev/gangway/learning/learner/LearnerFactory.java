package dev.gangway.learning.learner;

/** Makes the learner of one training, when its policy and its optimizer are there. */
@FunctionalInterface
public interface LearnerFactory {

    /**
     * Returns a new learner.
     *
     * @throws IllegalArgumentException when the parts do not fit
     */
    Learner make(LearnerParts parts);

    /** Returns one step of the optimizer along the estimate: {@link PolicyGradient}. */
    static LearnerFactory policyGradient() {
        return parts ->
                new ScheduledLearner(progress -> new PolicyGradient(parts.objective(progress), parts.optimizer()));
    }

    /** Returns several steps held near the policy that collected the batch: {@link Ppo}. */
    static LearnerFactory ppo(Ppo.Settings settings) {
        return parts ->
                new ScheduledLearner(progress -> new Ppo(parts.objective(progress), parts.optimizer(), settings));
    }

    /** Returns one step along the natural gradient: {@link NaturalGradient}. */
    static LearnerFactory naturalGradient(NaturalGradient.Settings settings) {
        return parts -> new ScheduledLearner(progress ->
                new NaturalGradient(parts.objective(progress), parts.optimizer().schedule(), settings));
    }
}
