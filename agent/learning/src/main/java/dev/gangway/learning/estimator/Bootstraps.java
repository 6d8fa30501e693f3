package dev.gangway.learning.estimator;

import dev.gangway.learning.rollout.TrajectoryBatch;

/** V of what followed a trajectory's last step in the batch; for estimators that bootstrap. */
public final class Bootstraps {
    private Bootstraps() {}

    /**
     * Returns, for each trajectory, 0 if its last step terminated; else V of the final observation if that step was
     * truncated; else, where the batch cuts the episode, V of the observation after the batch.
     *
     * @param episodes of the same batch
     */
    public static double[] of(TrajectoryBatch batch, Episodes episodes, StateValue value) {
        double[] finals =
                value.predict(batch.finals().features(), batch.finals().rows().length);
        double[] atFinal = new double[batch.rows()];
        for (int k = 0; k < finals.length; k++) {
            atFinal[batch.finals().rows()[k]] = finals[k];
        }
        double[] next = value.predict(batch.nextFeatures(), batch.copies());
        double[] bootstraps = new double[episodes.count()];
        for (int i = 0; i < bootstraps.length; i++) {
            int last = episodes.lastRow(i);
            if (batch.terminated()[last]) {
                bootstraps[i] = 0;
            } else if (batch.truncated()[last]) {
                bootstraps[i] = atFinal[last];
            } else {
                bootstraps[i] = next[last % batch.copies()];
            }
        }
        return bootstraps;
    }
}
