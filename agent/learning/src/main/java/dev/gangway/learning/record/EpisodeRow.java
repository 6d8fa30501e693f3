package dev.gangway.learning.record;

import dev.gangway.learning.rollout.Episode;
import java.util.List;

/** Rows of {@code episodes.csv}. */
final class EpisodeRow {
    static final List<String> COLUMNS =
            List.of("episode", "env_steps", "copy", "return", "length", "terminated", "truncated");

    private EpisodeRow() {}

    /** Returns the cells of an episode; {@code number} counts from 1. */
    static List<Object> of(long number, Episode episode) {
        return List.of(
                number,
                episode.envSteps(),
                episode.copy(),
                episode.episodeReturn(),
                episode.length(),
                episode.terminated(),
                episode.truncated());
    }

    /** Returns the episode of a row's cells. */
    static Episode parse(List<String> cells) {
        return new Episode(
                Long.parseLong(cells.get(1)),
                Integer.parseInt(cells.get(2)),
                Double.parseDouble(cells.get(3)),
                Integer.parseInt(cells.get(4)),
                Boolean.parseBoolean(cells.get(5)),
                Boolean.parseBoolean(cells.get(6)));
    }
}
