package dev.gangway.learning.experiment;

import dev.gangway.learning.rollout.ObservationBounds;
import dev.gangway.learning.rollout.RolloutLength;
import dev.gangway.v1.EnvironmentConfig;
import dev.gangway.v1.RolloutConfig;

/** Maps how a resolved experiment collects experience. */
final class RolloutChoices {
    private RolloutChoices() {}

    static RolloutLength length(RolloutConfig config) {
        return config.hasSteps()
                ? new RolloutLength.Steps(config.getSteps())
                : new RolloutLength.Episodes(config.getEpisodes());
    }

    /** Returns what happens at observations outside of their space. */
    static ObservationBounds.Action check(EnvironmentConfig config) {
        return switch (config.getObservationCheck()) {
            case OBSERVATION_CHECK_REFUSE -> ObservationBounds.Action.REFUSE;
            case OBSERVATION_CHECK_OFF -> ObservationBounds.Action.OFF;
            case OBSERVATION_CHECK_WARN, OBSERVATION_CHECK_UNSPECIFIED, UNRECOGNIZED ->
                ObservationBounds.Action.WARN; // unspecified in checkpoints that are older than the setting
        };
    }

    /** Makes a check of a training's observations. */
    static ObservationBounds bounds(EnvironmentConfig config) {
        return ObservationBounds.logged(check(config));
    }
}
