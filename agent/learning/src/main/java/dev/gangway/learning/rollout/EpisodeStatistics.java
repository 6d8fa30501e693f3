package dev.gangway.learning.rollout;

import java.util.DoubleSummaryStatistics;
import java.util.List;

/**
 * What a number of episodes returned.
 *
 * @param episodes how many
 * @param meanReturn mean of their undiscounted returns
 * @param stdReturn standard deviation of the returns, the square root of their mean squared distance from the mean
 * @param minReturn lowest return
 * @param maxReturn highest return
 * @param meanLength mean of their lengths in steps
 */
public record EpisodeStatistics(
        int episodes, double meanReturn, double stdReturn, double minReturn, double maxReturn, double meanLength) {

    /**
     * Summarizes episodes.
     *
     * @throws IllegalArgumentException when there are none
     */
    public static EpisodeStatistics of(List<Episode> episodes) {
        if (episodes.isEmpty()) {
            throw new IllegalArgumentException("Expected at least 1 episode, found none");
        }
        DoubleSummaryStatistics returns =
                episodes.stream().mapToDouble(Episode::episodeReturn).summaryStatistics();
        double mean = returns.getAverage();
        double variance = episodes.stream()
                .mapToDouble(episode -> Math.pow(episode.episodeReturn() - mean, 2))
                .average()
                .orElseThrow();
        double length = episodes.stream().mapToInt(Episode::length).average().orElseThrow();
        return new EpisodeStatistics(
                episodes.size(), mean, Math.sqrt(variance), returns.getMin(), returns.getMax(), length);
    }
}
