package dev.gangway.learning.record;

import dev.gangway.learning.rollout.EpisodeStatistics;
import java.util.Arrays;
import java.util.List;

/**
 * One evaluation of the policy during training: a row of {@code evaluation.csv}.
 *
 * @param number counted from 1
 * @param envSteps environment steps of training before it
 * @param updates updates of the policy before it
 * @param returns of its episodes
 * @param best whether its mean return is higher than that of every evaluation before it
 */
public record Evaluation(long number, long envSteps, long updates, EpisodeStatistics returns, boolean best) {
    static final List<String> COLUMNS = List.of(
            "evaluation",
            "env_steps",
            "updates",
            "episodes",
            "mean_return",
            "std_return",
            "min_return",
            "max_return",
            "mean_length",
            "best");

    List<Object> cells() {
        return List.of(
                number,
                envSteps,
                updates,
                returns.episodes(),
                returns.meanReturn(),
                returns.stdReturn(),
                returns.minReturn(),
                returns.maxReturn(),
                returns.meanLength(),
                best);
    }

    static Evaluation parse(List<String> cells) {
        double[] numbers = Arrays.stream(cells.toArray(String[]::new), 4, 9)
                .mapToDouble(Double::parseDouble)
                .toArray();
        return new Evaluation(
                Long.parseLong(cells.get(0)),
                Long.parseLong(cells.get(1)),
                Long.parseLong(cells.get(2)),
                new EpisodeStatistics(
                        Integer.parseInt(cells.get(3)), numbers[0], numbers[1], numbers[2], numbers[3], numbers[4]),
                Boolean.parseBoolean(cells.get(9)));
    }
}
