package dev.gangway.learning.record;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How a run went: {@code summary.json}.
 *
 * @param envId id of the environment
 * @param experiment name of the experiment's file
 * @param seed of the experiment
 * @param envSteps environment steps taken
 * @param episodes finished episodes
 * @param updates updates of the policy
 * @param wallSeconds from the first reset to the end of training
 * @param stopReason {@code solved}, {@code max_env_steps}, {@code max_episodes}, {@code interrupted} or {@code failed}
 * @param failure why training failed, or null
 * @param solvedAtEnvSteps environment steps when the stop condition's mean was first reached, or null
 * @param solvedAtSeconds wall seconds then, or null
 * @param meanReturnLast100 mean return of the last 100 finished episodes, or of all while fewer; null before the first
 * @param bestPolicy by evaluations during training; null where there was none
 * @param gangwayVersion of the agent
 * @param gymnasiumVersion of the environment server; null for a native environment
 */
public record RunSummary(
        String envId,
        String experiment,
        long seed,
        long envSteps,
        long episodes,
        long updates,
        double wallSeconds,
        String stopReason,
        String failure,
        Long solvedAtEnvSteps,
        Double solvedAtSeconds,
        Double meanReturnLast100,
        BestPolicy bestPolicy,
        String gangwayVersion,
        String gymnasiumVersion) {

    /** Returns the keys and values of the JSON object, in order. */
    public Map<String, Object> toJson() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("env_id", envId);
        json.put("experiment", experiment);
        json.put("seed", seed);
        json.put("env_steps", envSteps);
        json.put("episodes", episodes);
        json.put("updates", updates);
        json.put("wall_seconds", wallSeconds);
        json.put("env_steps_per_second", wallSeconds > 0 ? envSteps / wallSeconds : 0.0);
        json.put("stop_reason", stopReason);
        json.put("failure", failure);
        json.put("solved", solvedAtEnvSteps != null);
        json.put("solved_at_env_steps", solvedAtEnvSteps);
        json.put("solved_at_seconds", solvedAtSeconds);
        json.put("mean_return_last_100", meanReturnLast100);
        json.put("best_policy", bestPolicy == null ? null : bestPolicy.toJson());
        json.put("gangway_version", gangwayVersion);
        json.put("gymnasium_version", gymnasiumVersion);
        return json;
    }
}
