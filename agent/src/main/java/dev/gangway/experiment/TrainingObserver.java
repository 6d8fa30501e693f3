package dev.gangway.experiment;

import dev.gangway.rollout.Rollout;

/** Hears what a training does, on its thread. */
public interface TrainingObserver {
    /** Training begins; nothing has been done yet. */
    void started(Progress progress);

    /** A rollout has been collected and counted. */
    void rolledOut(Rollout rollout, Progress progress);

    /** The policy has been updated from it. */
    void updated(Update update, Progress progress);

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
