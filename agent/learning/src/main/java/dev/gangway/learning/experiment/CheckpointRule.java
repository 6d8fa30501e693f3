package dev.gangway.learning.experiment;

/**
 * When checkpoints are written; one more is written at the end, however it comes.
 *
 * @param everyUpdates updates between checkpoints, ≥ 1
 * @param resetEnvironments whether new episodes are started at each checkpoint, in environments with seeds of their own, so
 *     that a training that is killed and resumed there gives the same numbers as one that was not
 */
public record CheckpointRule(int everyUpdates, boolean resetEnvironments) {
    /** Refuses checkpoints more often than after every update. */
    public CheckpointRule {
        if (everyUpdates < 1) {
            throw new IllegalArgumentException("Expected 1 update or more between checkpoints, found " + everyUpdates);
        }
    }

    /** Returns whether a checkpoint is due after so many updates. */
    public boolean isDue(long updates) {
        return updates % everyUpdates == 0;
    }
}
