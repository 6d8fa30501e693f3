package dev.gangway.learning.rollout;

import java.util.List;

/**
 * What one collection brought home.
 *
 * @param batch the experience
 * @param episodes the episodes that ended in it, by time and then by copy
 * @param envSteps environment steps that it took over all copies, counting those after a copy's last wanted episode
 */
public record Rollout(TrajectoryBatch batch, List<Episode> episodes, long envSteps) {
    /** Copies the episodes, so that nobody changes them. */
    public Rollout {
        episodes = List.copyOf(episodes);
    }
}
