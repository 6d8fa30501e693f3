package dev.gangway.learning.record;

import dev.gangway.learning.rollout.EpisodeStatistics;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The best policy of a run by its evaluations: {@code best_policy} in {@code summary.json}.
 *
 * @param envSteps environment steps that it had been trained for
 * @param selectionMeanReturn mean return of the evaluation that chose it, too high on average because it is the highest of
 *     several
 * @param score of episodes with fresh seeds; empty when training did not come to its end
 */
public record BestPolicy(long envSteps, double selectionMeanReturn, Optional<EpisodeStatistics> score) {

    Map<String, Object> toJson() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("env_steps", envSteps);
        json.put("selection_mean_return", selectionMeanReturn);
        json.put("mean_return", score.map(EpisodeStatistics::meanReturn).orElse(null));
        json.put("std_return", score.map(EpisodeStatistics::stdReturn).orElse(null));
        json.put("episodes", score.map(EpisodeStatistics::episodes).orElse(null));
        return json;
    }
}
