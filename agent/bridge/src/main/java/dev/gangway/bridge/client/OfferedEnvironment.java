package dev.gangway.bridge.client;

import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * One environment that a server may make.
 *
 * @param id registered id
 * @param maxEpisodeSteps registered time limit in steps, if any
 * @param rewardThreshold mean return at which it counts as solved, if it says so
 * @param installed whether the server can import it; false when an optional package is missing there
 */
public record OfferedEnvironment(
        String id, OptionalLong maxEpisodeSteps, OptionalDouble rewardThreshold, boolean installed) {}
