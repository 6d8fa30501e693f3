package dev.gangway.learning.estimator;

import dev.gangway.inference.network.RunningMoments;
import dev.gangway.learning.rollout.TrajectoryBatch;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Rewards in units of the discounted return's standard deviation: r ↦ clip(r / √(Var[R] + ε), −c, c), where
 * R_t = γ R_{t−1} + r_t accumulates from the episode's start, R_{−1} = 0, and Var is over every step so far. Nothing is
 * subtracted, because that would change which policy is best. Engstrom et al. 2020, "Implementation matters in deep policy
 * gradients", section 3; what Gymnasium's {@code NormalizeReward} and Stable-Baselines3's {@code VecNormalize} do a step at a
 * time.
 *
 * <p>A batch is first added to the moments, then scaled by one number as a whole. Assumes that the columns of every batch are
 * the same copies, each going on where its last batch ended. Not thread-safe.
 */
public final class RewardScaling {
    private final double discount;
    private final double clip;
    private final double epsilon;
    private final RunningMoments moments = new RunningMoments(1);
    private double[] accumulated = {};

    /**
     * Has seen nothing.
     *
     * @param discount γ in [0, 1]
     * @param clip c &gt; 0
     * @param epsilon ε &gt; 0
     */
    public RewardScaling(double discount, double clip, double epsilon) {
        this.discount = Returns.checkedDiscount(discount);
        this.clip = clip;
        this.epsilon = epsilon;
    }

    /** Adds a batch to the moments and returns it with its rewards scaled. Each copy goes on where its last batch ended. */
    public TrajectoryBatch scaled(TrajectoryBatch batch) {
        if (accumulated.length == 0) {
            accumulated = new double[batch.copies()];
        }
        double[] returns = new double[batch.validRows()];
        int count = 0;
        for (int row = 0; row < batch.rows(); row++) {
            if (batch.valid()[row]) {
                int copy = row % batch.copies();
                double before = batch.timeInEpisode()[row] == 0 ? 0 : accumulated[copy];
                accumulated[copy] = discount * before + batch.rewards()[row];
                returns[count++] = accumulated[copy];
            }
        }
        moments.add(count, (row, column) -> returns[row]);
        double factor = 1 / Math.sqrt(moments.variance()[0] + epsilon);
        double[] rewards = new double[batch.rows()];
        for (int row = 0; row < rewards.length; row++) {
            rewards[row] = Math.max(-clip, Math.min(clip, batch.rewards()[row] * factor));
        }
        return batch.withRewards(rewards);
    }

    /** Returns what {@link #importState} takes: the moments, and R of each copy. */
    public Map<String, double[]> exportState() {
        Map<String, double[]> state = new LinkedHashMap<>(moments.exportState());
        state.put("accumulated", accumulated.clone());
        return state;
    }

    /** Goes on from another's state; errors as {@link RunningMoments#importState}. */
    public void importState(Map<String, double[]> state) {
        moments.importState(state);
        accumulated = state.getOrDefault("accumulated", new double[0]).clone();
    }
}
