package dev.gangway.learning.optimizer;

/**
 * The value of a setting, such as the learning rate, as a function of how much of the run is done. A schedule that remembers
 * something between updates implements {@link Stateful} too, with names that are always the same; one that reacts to the policy's divergence is a
 * {@link DivergenceSchedule}.
 */
public interface Schedule {

    /**
     * Returns the value for one update.
     *
     * @param progress environment steps before the update's rollout as a fraction of the run's maximum, in [0, 1]
     */
    double at(double progress);

    /** The same value throughout. */
    record Constant(double value) implements Schedule {
        @Override
        public double at(double progress) {
            return value;
        }
    }

    /** initial · (1 + progress · (finalFraction − 1)): linearly down to a fraction of the initial value. */
    record Linear(double initial, double finalFraction) implements Schedule {
        @Override
        public double at(double progress) {
            return initial * (1 + progress * (finalFraction - 1));
        }
    }
}
