package dev.gangway.learning.rollout;

/** What ends a rollout. */
public sealed interface RolloutLength {
    /** T steps of every copy; episodes span rollouts. */
    record Steps(int steps) implements RolloutLength {
        /** Checks that {@code steps} ≥ 1. */
        public Steps {
            if (steps < 1) {
                throw new IllegalArgumentException("Expected steps ≥ 1, found " + steps);
            }
        }
    }

    /**
     * This many complete new episodes in all, shared out in advance: copy i plays {@code ⌊total / N⌋} of them, or one
     * more when {@code i < total mod N}. Taking the first to finish instead would prefer short episodes.
     */
    record Episodes(int total) implements RolloutLength {
        /** Checks that {@code total} ≥ 1. */
        public Episodes {
            if (total < 1) {
                throw new IllegalArgumentException("Expected episodes ≥ 1, found " + total);
            }
        }
    }
}
