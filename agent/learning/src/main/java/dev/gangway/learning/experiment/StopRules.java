package dev.gangway.learning.experiment;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * When training ends: at whichever comes first. The rollout under way is finished.
 *
 * @param maxEnvSteps environment steps over all copies, ≥ 1; schedules run over this number
 * @param solved when the environment counts as solved; empty: never
 * @param maxEpisodes finished episodes over all copies, ≥ 1; empty: any number
 */
public record StopRules(long maxEnvSteps, Optional<Solved> solved, OptionalLong maxEpisodes) {
    /** Refuses limits below 1. */
    public StopRules {
        if (maxEnvSteps < 1 || maxEpisodes.orElse(1) < 1) {
            throw new IllegalArgumentException(
                    "Expected limits of 1 or more to stop at, found " + maxEnvSteps + " environment steps and "
                            + (maxEpisodes.isPresent() ? maxEpisodes.getAsLong() + " episodes" : "any episodes"));
        }
    }

    /**
     * The mean undiscounted return of the last training episodes at which the environment counts as solved.
     *
     * @param meanReturn to reach
     * @param episodes in the mean, ≥ 1
     */
    public record Solved(double meanReturn, int episodes) {
        /** Refuses a mean of nothing. */
        public Solved {
            if (episodes < 1) {
                throw new IllegalArgumentException("Expected 1 episode or more in the mean, found " + episodes);
            }
        }
    }

    /** Returns the rule that ends training after so many environment steps. */
    public static StopRules afterSteps(long maxEnvSteps) {
        return new StopRules(maxEnvSteps, Optional.empty(), OptionalLong.empty());
    }

    /** Returns these rules and an end as soon as the last {@code episodes} episodes had this mean return. */
    public StopRules orSolvedAt(double meanReturn, int episodes) {
        return new StopRules(maxEnvSteps, Optional.of(new Solved(meanReturn, episodes)), maxEpisodes);
    }

    /** Returns these rules and an end after so many episodes. */
    public StopRules orAfterEpisodes(long episodes) {
        return new StopRules(maxEnvSteps, solved, OptionalLong.of(episodes));
    }
}
