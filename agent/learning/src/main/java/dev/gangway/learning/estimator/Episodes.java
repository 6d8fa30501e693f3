package dev.gangway.learning.estimator;

import dev.gangway.learning.rollout.TrajectoryBatch;
import java.util.Arrays;

/**
 * Which rows of a batch form one trajectory: an episode, or the part of one that lies in the batch.
 *
 * <p>A trajectory is a run of rows of one column, N apart; the next one begins after a row that terminated or was
 * truncated.
 */
public final class Episodes {
    private final TrajectoryBatch batch;
    private final int[] rows;
    private final int[] trajectoryOf;
    private final int[] firstRow;
    private final int[] lastRow;

    /** Finds the trajectories of a batch. */
    public Episodes(TrajectoryBatch batch) {
        this.batch = batch;
        this.rows = new int[batch.validRows()];
        this.trajectoryOf = new int[batch.rows()];
        int[] first = new int[batch.rows()];
        int[] last = new int[batch.rows()];
        int count = 0;
        for (int n = 0; n < batch.copies(); n++) {
            boolean open = false;
            for (int row = n; row < batch.rows() && batch.valid()[row]; row += batch.copies()) {
                if (!open) {
                    first[count++] = row;
                }
                trajectoryOf[row] = count - 1;
                last[count - 1] = row;
                open = !ends(row);
            }
        }
        this.firstRow = Arrays.copyOf(first, count);
        this.lastRow = Arrays.copyOf(last, count);
        int next = 0;
        for (int row = 0; row < batch.rows(); row++) {
            if (batch.valid()[row]) {
                rows[next++] = row;
            }
        }
    }

    /** Returns the valid rows, ascending. */
    public int[] rows() {
        return rows;
    }

    /** Returns how many trajectories there are, ordered by column, then by time. */
    public int count() {
        return firstRow.length;
    }

    /** Returns the place of a valid row's trajectory in their order. */
    public int trajectoryOf(int row) {
        return trajectoryOf[row];
    }

    /** Returns the first row of a trajectory. */
    public int firstRow(int trajectory) {
        return firstRow[trajectory];
    }

    /** Returns the last row of a trajectory; the rows between the two are N apart. */
    public int lastRow(int trajectory) {
        return lastRow[trajectory];
    }

    /** Returns whether this step is the last of its episode. */
    public boolean ends(int row) {
        return batch.terminated()[row] || batch.truncated()[row];
    }

    /**
     * Checks that every trajectory is a whole episode.
     *
     * @param estimator what needs that, for the error
     * @throws IllegalArgumentException naming the first that is not
     */
    public void requireComplete(String estimator) {
        for (int i = 0; i < count(); i++) {
            if (batch.timeInEpisode()[firstRow[i]] != 0 || !ends(lastRow[i])) {
                boolean cut = !ends(lastRow[i]);
                int row = cut ? lastRow[i] : firstRow[i];
                throw new IllegalArgumentException("Expected whole episodes for " + estimator + ", found one "
                        + (cut
                                ? "that has not ended at the batch's last step "
                                : "that began before the batch at step ")
                        + row / batch.copies() + " of copy " + row % batch.copies()
                        + "; collect whole episodes (rollout.episodes), or use GAE");
            }
        }
    }
}
