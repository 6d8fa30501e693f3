package dev.gangway.learning.estimator;

import dev.gangway.learning.rollout.TrajectoryBatch;

/** Sums of rewards over trajectories. */
public final class Returns {
    private Returns() {}

    /**
     * Returns G_t = r_t + γ G_{t+1} for every row, 0 beyond the trajectory's end: shape [T, N].
     *
     * @param episodes of the same batch
     */
    public static double[] toGo(TrajectoryBatch batch, Episodes episodes, double discount) {
        double[] toGo = new double[batch.rows()];
        for (int i = 0; i < episodes.count(); i++) {
            double sum = 0;
            for (int row = episodes.lastRow(i); row >= episodes.firstRow(i); row -= batch.copies()) {
                sum = batch.rewards()[row] + discount * sum;
                toGo[row] = sum;
            }
        }
        return toGo;
    }

    static int[] firstRows(Episodes episodes) {
        int[] rows = new int[episodes.count()];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = episodes.firstRow(i);
        }
        return rows;
    }

    static double checkedDiscount(double discount) {
        if (!(discount >= 0 && discount <= 1)) {
            throw new IllegalArgumentException("Expected a discount in [0, 1], found " + discount);
        }
        return discount;
    }
}
