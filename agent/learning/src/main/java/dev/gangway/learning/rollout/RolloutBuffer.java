package dev.gangway.learning.rollout;

import dev.gangway.environment.StepResult;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/** A trajectory batch under construction; grows along time. Shapes as in {@link TrajectoryBatch}. */
final class RolloutBuffer {
    private final int copies;
    private final int featureSize;
    private final int actionSize;
    private final int maskSize;

    private int capacity;
    private int steps;
    private float[] features = {};
    private float[] actions = {};
    private float[] masks = {};
    private double[] rewards = {};
    private boolean[] terminated = {};
    private boolean[] truncated = {};
    private boolean[] valid = {};
    private int[] timeInEpisode = {};
    private int finals;
    private int[] finalRows = {};
    private float[] finalFeatures = {};

    RolloutBuffer(int copies, int featureSize, int actionSize, int maskSize, int expectedSteps) {
        this.copies = copies;
        this.featureSize = featureSize;
        this.actionSize = actionSize;
        this.maskSize = maskSize;
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
        System.arraycopy(lane.masks, 0, masks, row * maskSize, lane.masks.length);
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

    /** Erases what {@link #acted} noted for a copy that had no more to do, or that step t reset. */
    void idle(int t, Lane lane, int copy) {
        erase(t * copies + lane.first + copy);
    }

    private void erase(int row) {
        Arrays.fill(features, row * featureSize, (row + 1) * featureSize, 0);
        Arrays.fill(actions, row * actionSize, (row + 1) * actionSize, 0);
        Arrays.fill(masks, row * maskSize, (row + 1) * maskSize, 0);
        rewards[row] = 0;
        terminated[row] = false;
        truncated[row] = false;
        valid[row] = false;
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
        closeGaps();
        int rows = steps * copies;
        return new TrajectoryBatch(
                steps,
                copies,
                featureSize,
                actionSize,
                Arrays.copyOf(features, rows * featureSize),
                Arrays.copyOf(actions, rows * actionSize),
                Arrays.copyOf(masks, rows * maskSize),
                Arrays.copyOf(rewards, rows),
                Arrays.copyOf(terminated, rows),
                Arrays.copyOf(truncated, rows),
                Arrays.copyOf(valid, rows),
                Arrays.copyOf(timeInEpisode, rows),
                Arrays.copyOf(finalRows, finals),
                Arrays.copyOf(finalFeatures, finals * featureSize),
                nextFeatures);
    }

    /** Moves the valid rows of each column, and their final rows, up over rows that are not; drops steps without any. */
    private void closeGaps() {
        int[] movedTo = new int[steps * copies];
        int longest = 0;
        boolean gaps = false;
        for (int copy = 0; copy < copies; copy++) {
            int next = 0;
            for (int t = 0; t < steps; t++) {
                int row = t * copies + copy;
                movedTo[row] = next * copies + copy;
                if (valid[row]) {
                    gaps |= next < t;
                    next++;
                }
            }
            longest = Math.max(longest, next);
        }
        if (gaps) {
            for (int row = 0; row < movedTo.length; row++) {
                if (valid[row] && movedTo[row] != row) {
                    move(row, movedTo[row]);
                }
            }
            moveFinals(movedTo);
        }
        steps = longest;
    }

    private void move(int from, int to) {
        System.arraycopy(features, from * featureSize, features, to * featureSize, featureSize);
        System.arraycopy(masks, from * maskSize, masks, to * maskSize, maskSize);
        System.arraycopy(actions, from * actionSize, actions, to * actionSize, actionSize);
        rewards[to] = rewards[from];
        terminated[to] = terminated[from];
        truncated[to] = truncated[from];
        valid[to] = true;
        timeInEpisode[to] = timeInEpisode[from];
        erase(from);
    }

    private void moveFinals(int[] movedTo) {
        int[] oldRows = finalRows;
        float[] oldFeatures = finalFeatures;
        int[] order = IntStream.range(0, finals)
                .boxed()
                .sorted(Comparator.comparingInt(k -> movedTo[oldRows[k]]))
                .mapToInt(Integer::intValue)
                .toArray();
        finalRows = new int[finals];
        finalFeatures = new float[finals * featureSize];
        for (int k = 0; k < finals; k++) {
            finalRows[k] = movedTo[oldRows[order[k]]];
            System.arraycopy(oldFeatures, order[k] * featureSize, finalFeatures, k * featureSize, featureSize);
        }
    }

    private void grow(int newCapacity) {
        capacity = newCapacity;
        int rows = Math.multiplyExact(capacity, copies);
        features = Arrays.copyOf(features, Math.multiplyExact(rows, featureSize));
        actions = Arrays.copyOf(actions, Math.multiplyExact(rows, actionSize));
        masks = Arrays.copyOf(masks, Math.multiplyExact(rows, maskSize));
        rewards = Arrays.copyOf(rewards, rows);
        terminated = Arrays.copyOf(terminated, rows);
        truncated = Arrays.copyOf(truncated, rows);
        valid = Arrays.copyOf(valid, rows);
        timeInEpisode = Arrays.copyOf(timeInEpisode, rows);
    }
}
