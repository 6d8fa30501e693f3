package dev.gangway.rollout;

import dev.gangway.env.StepResult;
import java.util.Arrays;

/** A trajectory batch under construction; grows along time. Shapes as in {@link TrajectoryBatch}. */
final class RolloutBuffer {
    private final int copies;
    private final int featureSize;
    private final int actionSize;

    private int capacity;
    private int steps;
    private float[] features = {};
    private float[] actions = {};
    private double[] rewards = {};
    private boolean[] terminated = {};
    private boolean[] truncated = {};
    private boolean[] valid = {};
    private int[] timeInEpisode = {};
    private int finals;
    private int[] finalRows = {};
    private float[] finalFeatures = {};

    RolloutBuffer(int copies, int featureSize, int actionSize, int expectedSteps) {
        this.copies = copies;
        this.featureSize = featureSize;
        this.actionSize = actionSize;
        grow(expectedSteps);
    }

    /** Notes what step t of a lane was taken on, before its result is known. */
    void acted(int t, Lane lane) {
        while (t >= capacity) {
            grow(Math.multiplyExact(capacity, 2));
        }
        steps = Math.max(steps, t + 1);
        int row = t * copies + lane.first;
        System.arraycopy(lane.features, 0, features, row * featureSize, lane.features.length);
        System.arraycopy(lane.actions, 0, actions, row * actionSize, lane.actions.length);
        System.arraycopy(lane.time, 0, timeInEpisode, row, lane.copies);
    }

    /** Notes the result of step t for one copy of a lane. */
    void stepped(int t, Lane lane, int copy, StepResult result) {
        int row = t * copies + lane.first + copy;
        rewards[row] = result.rewards()[copy];
        terminated[row] = result.terminated()[copy];
        truncated[row] = result.truncated()[copy];
        valid[row] = true;
    }

    /** Erases what {@link #acted} noted for a copy that had no more to do. */
    void idle(int t, Lane lane, int copy) {
        int row = t * copies + lane.first + copy;
        Arrays.fill(features, row * featureSize, (row + 1) * featureSize, 0);
        Arrays.fill(actions, row * actionSize, (row + 1) * actionSize, 0);
        timeInEpisode[row] = 0;
    }

    /** Notes the final observation of a copy that ended at step t: row {@code index} of {@code source}, shape [K, D]. */
    void ended(int t, Lane lane, int copy, float[] source, int index) {
        if (finals == finalRows.length) {
            int grown = Math.max(16, finals * 2);
            finalRows = Arrays.copyOf(finalRows, grown);
            finalFeatures = Arrays.copyOf(finalFeatures, grown * featureSize);
        }
        finalRows[finals] = t * copies + lane.first + copy;
        System.arraycopy(source, index * featureSize, finalFeatures, finals * featureSize, featureSize);
        finals++;
    }

    TrajectoryBatch toBatch(float[] nextFeatures) {
        int rows = steps * copies;
        return new TrajectoryBatch(
                steps,
                copies,
                featureSize,
                actionSize,
                Arrays.copyOf(features, rows * featureSize),
                Arrays.copyOf(actions, rows * actionSize),
                Arrays.copyOf(rewards, rows),
                Arrays.copyOf(terminated, rows),
                Arrays.copyOf(truncated, rows),
                Arrays.copyOf(valid, rows),
                Arrays.copyOf(timeInEpisode, rows),
                Arrays.copyOf(finalRows, finals),
                Arrays.copyOf(finalFeatures, finals * featureSize),
                nextFeatures);
    }

    private void grow(int newCapacity) {
        capacity = newCapacity;
        int rows = Math.multiplyExact(capacity, copies);
        features = Arrays.copyOf(features, Math.multiplyExact(rows, featureSize));
        actions = Arrays.copyOf(actions, Math.multiplyExact(rows, actionSize));
        rewards = Arrays.copyOf(rewards, rows);
        terminated = Arrays.copyOf(terminated, rows);
        truncated = Arrays.copyOf(truncated, rows);
        valid = Arrays.copyOf(valid, rows);
        timeInEpisode = Arrays.copyOf(timeInEpisode, rows);
    }
}
