package dev.gangway.environment;

import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * Describes one copy of an environment.
 *
 * @param id registered id, for example {@code CartPole-v1}
 * @param observationSpace space of the observations of one copy
 * @param actionSpace space of the actions of one copy
 * @param maxEpisodeSteps time limit in force, in steps; empty when there is none
 * @param rewardThreshold mean return of an episode at which the environment counts as solved; empty when it names none
 * @param nondeterministic whether the environment is nondeterministic even when it is seeded
 * @param renderModes the render modes that the environment offers
 * @param renderFps speed of its renderings in frames per second; empty when it names none
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
    /** Copies the list of render modes. */
    public EnvSpec {
        renderModes = List.copyOf(renderModes);
    }

    /** Returns this description with another space of observations. */
    public EnvSpec withObservationSpace(Space space) {
        return new EnvSpec(
                id, space, actionSpace, maxEpisodeSteps, rewardThreshold, nondeterministic, renderModes, renderFps);
    }
}
