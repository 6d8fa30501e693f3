package dev.gangway.learning.rollout;

import dev.gangway.learning.policy.Decisions;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * A trajectory batch under construction, which grows along time. Each copy's column is filled from its first row on, so a
 * copy that takes no part in a step leaves no gap. Shapes as in {@link TrajectoryBatch}.
 */
final class RolloutBuffer {
    private static final int MIN_FINALS = 16;

    private final int copies;
    private final int featureSize;
    private final int actionSize;
    private final int maskSize;
    private final int[] lengths; // of the columns

    private int capacity;
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
        lengths = new int[copies];
        resize(expectedSteps);
    }

    /**
     * Appends a step to its copy's column.
     *
     * @param copy of the step's lane
     * @param time steps that the episode had taken before
     */
    void append(LaneStep step, int copy, int time) {
        int column = step.first() + copy;
        int t = lengths[column]++;
        if (t == capacity) {
            resize(Math.multiplyExact(capacity, 2));
        }
        int row = t * copies + column;
        copyRow(step.features(), copy, features, row, featureSize);
        copyRow(step.actions(), copy, actions, row, actionSize);
        copyRow(step.masks(), copy, masks, row, maskSize);
        rewards[row] = step.result().rewards()[copy];
        terminated[row] = step.result().terminated()[copy];
        truncated[row] = step.result().truncated()[copy];
        valid[row] = true;
        timeInEpisode[row] = time;
        if (step.ended(copy)) {
            appendFinal(row, step.finals(), step.finalRow(copy));
        }
    }

    private void appendFinal(int row, float[] source, int sourceRow) {
        if (finals == finalRows.length) {
            int grown = Math.max(MIN_FINALS, finals * 2);
            finalRows = Arrays.copyOf(finalRows, grown);
            finalFeatures = Arrays.copyOf(finalFeatures, grown * featureSize);
        }
        finalRows[finals] = row;
        copyRow(source, sourceRow, finalFeatures, finals, featureSize);
        finals++;
    }

    private static void copyRow(float[] from, int fromRow, float[] to, int toRow, int size) {
        System.arraycopy(from, fromRow * size, to, toRow * size, size);
    }

    /** Returns the batch; the buffer is used up. */
    TrajectoryBatch toBatch(float[] nextFeatures) {
        int steps = Arrays.stream(lengths).max().orElse(0);
        resize(steps);
        return new TrajectoryBatch(
                steps,
                copies,
                new Decisions(features, masks, actions),
                new TrajectoryBatch.Outcomes(rewards, terminated, truncated, valid, timeInEpisode),
                finalStates(),
                nextFeatures);
    }

    private TrajectoryBatch.FinalStates finalStates() {
        int[] order = IntStream.range(0, finals)
                .boxed()
                .sorted((a, b) -> Integer.compare(finalRows[a], finalRows[b]))
                .mapToInt(Integer::intValue)
                .toArray();
        int[] rows = new int[finals];
        float[] sorted = new float[finals * featureSize];
        for (int k = 0; k < finals; k++) {
            rows[k] = finalRows[order[k]];
            copyRow(finalFeatures, order[k], sorted, k, featureSize);
        }
        return new TrajectoryBatch.FinalStates(rows, sorted);
    }

    private void resize(int newCapacity) {
        if (newCapacity == capacity) {
            return;
        }
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
