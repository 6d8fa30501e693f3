package dev.gangway.environment.local;

import java.util.OptionalInt;

/**
 * What varies between cart-poles.
 *
 * @param integrator how positions and velocities advance
 * @param suttonBartoReward whether a step is worth 0 and the terminating one −1 (Sutton and Barto's), instead of 1 each
 * @param maxEpisodeSteps time limit in steps, ≥ 1; empty for none
 */
public record CartPoleOptions(Integrator integrator, boolean suttonBartoReward, OptionalInt maxEpisodeSteps) {
    /** Those of Gymnasium's {@code CartPole-v1}: explicit Euler, reward 1, time limit 500. */
    public static final CartPoleOptions STANDARD = new CartPoleOptions(Integrator.EULER, false, OptionalInt.of(500));

    /**
     * Checks.
     *
     * @throws IllegalArgumentException when the time limit is &lt; 1
     */
    public CartPoleOptions {
        if (maxEpisodeSteps.orElse(1) < 1) {
            throw new IllegalArgumentException("Expected a time limit ≥ 1, found " + maxEpisodeSteps.getAsInt());
        }
    }

    /** How the state advances by one time step. */
    public enum Integrator {
        /** Explicit Euler: positions advance with the old velocities. */
        EULER,
        /** Velocities advance first, then positions with the new ones. */
        SEMI_IMPLICIT_EULER
    }

    /** Returns these options with another integrator. */
    public CartPoleOptions withIntegrator(Integrator other) {
        return new CartPoleOptions(other, suttonBartoReward, maxEpisodeSteps);
    }

    /** Returns these options with the Sutton–Barto reward or without. */
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
