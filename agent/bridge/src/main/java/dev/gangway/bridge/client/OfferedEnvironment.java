package dev.gangway.bridge.client;

import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * Describes one environment that a server offers.
 *
 * @param id registered id
 * @param maxEpisodeSteps registered time limit in steps; empty when there is none
 * @param rewardThreshold mean return at which the environment counts as solved; empty when it names none
 * @param installed whether the server can import the environment; false when an optional package is missing there
 */
public record OfferedEnvironment(
        String id, OptionalLong maxEpisodeSteps, OptionalDouble rewardThreshold, boolean installed) {}
