package dev.gangway.environment.local;

import java.util.OptionalInt;

/**
 * The choices in which cart-poles differ.
 *
 * @param integrator how positions and velocities advance
 * @param suttonBartoReward whether the terminating step is worth −1 and every other step 0, as in Sutton and Barto's
 *     book, instead of 1 for each step
 * @param maxEpisodeSteps time limit in steps, ≥ 1; empty when there is none
 */
public record CartPoleOptions(Integrator integrator, boolean suttonBartoReward, OptionalInt maxEpisodeSteps) {
    /** The options of Gymnasium's {@code CartPole-v1}: explicit Euler, reward 1 in each step, time limit 500. */
    public static final CartPoleOptions STANDARD = new CartPoleOptions(Integrator.EULER, false, OptionalInt.of(500));

    /**
     * Checks the time limit.
     *
     * @throws IllegalArgumentException when the time limit is &lt; 1
     */
    public CartPoleOptions {
        if (maxEpisodeSteps.orElse(1) < 1) {
            throw new IllegalArgumentException("Expected a time limit ≥ 1, found " + maxEpisodeSteps.getAsInt());
        }
    }

    /** Says how the state advances by one time step. */
    public enum Integrator {
        /** Explicit Euler: positions advance with the old velocities. */
        EULER,
        /** Semi-implicit Euler: velocities advance first, then positions advance with the new velocities. */
        SEMI_IMPLICIT_EULER
    }

    /** Returns these options with another integrator. */
    public CartPoleOptions withIntegrator(Integrator other) {
        return new CartPoleOptions(other, suttonBartoReward, maxEpisodeSteps);
    }

    /** Returns these options with or without the Sutton–Barto reward. */
    public CartPoleOptions withSuttonBartoReward(boolean other) {
        return new CartPoleOptions(integrator, other, maxEpisodeSteps);
    }

    /** Returns these options with a time limit of {@code steps} ≥ 1. */
    public CartPoleOptions withMaxEpisodeSteps(int steps) {
        return new CartPoleOptions(integrator, suttonBartoReward, OptionalInt.of(steps));
    }

    /** Returns these options without a time limit. */
    public CartPoleOptions withoutTimeLimit() {
        return new CartPoleOptions(integrator, suttonBartoReward, OptionalInt.empty());
    }
}
