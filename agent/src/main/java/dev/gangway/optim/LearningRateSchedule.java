package dev.gangway.optim;

/** The learning rate as a function of how much of the run is done. */
public sealed interface LearningRateSchedule {

    /**
     * Returns α.
     *
     * @param progress environment steps before the update's rollout as a fraction of the run's maximum, in [0, 1]
     */
    double rate(double progress);

    /** α = initial. */
    record Constant(double initial) implements LearningRateSchedule {
        @Override
        public double rate(double progress) {
            return initial;
        }
    }

    /** α = initial · (1 + progress · (finalFraction − 1)): linearly down to a fraction of the initial rate. */
    record Linear(double initial, double finalFraction) implements LearningRateSchedule {
        @Override
        public double rate(double progress) {
            return initial * (1 + progress * (finalFraction - 1));
        }
    }
}
