package dev.gangway.learning.record;

import dev.gangway.learning.rollout.Episode;
import java.util.List;

/** Records a run while it trains, beside the tables of its {@link RunDirectory}. Called on the training's thread. */
public interface Recorder extends AutoCloseable {
    /** Records finished episodes. */
    default void episodes(List<Episode> finished) {}

    /** Records an update: the row of {@code metrics.csv}. */
    default void update(UpdateMetrics metrics) {}

    /** Records an evaluation. */
    default void evaluation(Evaluation evaluation) {}

    /**
     * Training goes back to the end of an earlier update, or resumes from there: what was recorded of later updates counts no
     * more.
     *
     * @param updates that have been done and stand
     * @return whether everything later has been removed; false of a recorder that cannot do so, and which begins a new attempt
     */
    boolean rewoundTo(long updates);

    /** Makes what has been recorded safe, before a checkpoint is written. */
    default void sync() {}

    /** Closes what is open. */
    @Override
    default void close() {}
}
