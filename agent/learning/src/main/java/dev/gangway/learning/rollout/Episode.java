package dev.gangway.learning.rollout;

/**
 * A finished episode.
 *
 * @param envSteps environment steps over all copies when it ended, since training began
 * @param copy which copy played it, over all lanes
 * @param episodeReturn undiscounted sum of its rewards
 * @param length its steps
 * @param terminated whether it reached a terminal state
 * @param truncated whether it was cut; both may hold
 */
public record Episode(
        long envSteps, int copy, double episodeReturn, int length, boolean terminated, boolean truncated) {}
