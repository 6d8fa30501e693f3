package dev.gangway.environment;

import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * What one copy of an environment is.
 *
 * @param id registered id, e.g. {@code CartPole-v1}
 * @param observationSpace space of one copy's observations
 * @param actionSpace space of one copy's actions
 * @param maxEpisodeSteps time limit in steps that is in force, if any
 * @param rewardThreshold mean return at which the environment counts as solved, if it says so
 * @param nondeterministic whether it is nondeterministic even when seeded
 * @param renderModes the render modes that it offers
 * @param renderFps frames per second of its renderings, if it says so
 */
public record EnvSpec(
        String id,
        Space observationSpace,
        Space actionSpace,
        OptionalLong maxEpisodeSteps,
        OptionalDouble rewardThreshold,
        boolean nondeterministic,
        List<String> renderModes,
        OptionalDouble renderFps) {
    /** Copies the list. */
    public EnvSpec {
        renderModes = List.copyOf(renderModes);
    }

    /** Returns this with another space of observations. */
    public EnvSpec withObservationSpace(Space space) {
        return new EnvSpec(
                id, space, actionSpace, maxEpisodeSteps, rewardThreshold, nondeterministic, renderModes, renderFps);
    }
}
