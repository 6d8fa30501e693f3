package dev.gangway.learning.optimizer;

/**
 * A schedule that reacts to how far each update has moved the policy. Its value is part of a training's state.
 *
 * <p>Not thread-safe: the learner's thread only.
 */
public interface DivergenceSchedule extends Schedule, Stateful {

    /**
     * Sets the value of the next update.
     *
     * @param divergence KL(π_old ‖ π) of the last update in nats, averaged over the states of its batch
     */
    void adapt(double divergence);
}
