package dev.gangway.learning.experiment;

import dev.gangway.learning.record.Evaluation;
import dev.gangway.learning.rollout.Rollout;
import java.util.List;

/** Hears what a training does, on its thread. Every method does nothing unless it is implemented. */
public interface TrainingObserver {
    /**
     * Training goes back to the end of an earlier update, because it resumes from a checkpoint: what was heard of later
     * updates counts no more. Called before {@link #started}.
     *
     * @param updates that have been done and stand
     * @return whether everything later has been forgotten; false of an observer that cannot do so, and which begins a new
     *     attempt in what it records
     */
    default boolean rewoundTo(long updates) {
        return false;
    }

    /** Training begins, or goes on; nothing has been done since. */
    default void started(Progress progress) {}

    /** A rollout has been collected and counted. */
    default void rolledOut(Rollout rollout, Progress progress) {}

    /** The policy has been updated from it. */
    default void updated(Update update, Progress progress) {}

    /** The policy has been evaluated, between two updates or after the last. */
    default void evaluated(Evaluation evaluation, Progress progress) {}

    /** Something is not quite as the experiment says, in a sentence for the user. */
    default void noted(String note) {}

    /** Returns an observer that does nothing. */
    static TrainingObserver none() {
        return new TrainingObserver() {
            @Override
            public boolean rewoundTo(long updates) {
                return true;
            }
        };
    }

    /** Returns an observer that tells several, in their order; it has rewound when all of them have. */
    static TrainingObserver all(List<? extends TrainingObserver> observers) {
        List<TrainingObserver> each = List.copyOf(observers);
        return new TrainingObserver() {
            @Override
            public boolean rewoundTo(long updates) {
                boolean rewound = true;
                for (TrainingObserver observer : each) {
                    rewound &= observer.rewoundTo(updates);
                }
                return rewound;
            }

            @Override
            public void started(Progress progress) {
                each.forEach(observer -> observer.started(progress));
            }

            @Override
            public void rolledOut(Rollout rollout, Progress progress) {
                each.forEach(observer -> observer.rolledOut(rollout, progress));
            }

            @Override
            public void updated(Update update, Progress progress) {
                each.forEach(observer -> observer.updated(update, progress));
            }

            @Override
            public void evaluated(Evaluation evaluation, Progress progress) {
                each.forEach(observer -> observer.evaluated(evaluation, progress));
            }

            @Override
            public void noted(String note) {
                each.forEach(observer -> observer.noted(note));
            }
        };
    }
}
