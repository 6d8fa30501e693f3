package dev.gangway.learning.experiment;

import dev.gangway.learning.record.Evaluation;
import dev.gangway.learning.rollout.Rollout;

/** Hears what a training does, on its thread. */
public interface TrainingObserver {
    /** Training begins; nothing has been done yet. */
    void started(Progress progress);

    /** A rollout has been collected and counted. */
    void rolledOut(Rollout rollout, Progress progress);

    /** The policy has been updated from it. */
    void updated(Update update, Progress progress);

    /** The policy has been evaluated, between two updates or after the last. */
    default void evaluated(Evaluation evaluation, Progress progress) {}

    /** Something is not quite as the experiment says, in a sentence for the user. */
    default void noted(String note) {}

    /** Returns one that does nothing. */
    static TrainingObserver none() {
        return new TrainingObserver() {
            @Override
            public void started(Progress progress) {}

            @Override
            public void rolledOut(Rollout rollout, Progress progress) {}

            @Override
            public void updated(Update update, Progress progress) {}
        };
    }
}
