package dev.gangway.learning.rollout;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Splits the rows of a batch anew for every pass over it.
 *
 * @param count parts of a pass, ≥ 1
 */
public record Minibatches(int count) {
    /** Checks that {@code count} ≥ 1. */
    public Minibatches {
        if (count < 1) {
            throw new IllegalArgumentException("Expected at least 1 minibatch, found " + count);
        }
    }

    /** Returns these, or fewer, so that each part of a pass over {@code rows} rows holds {@code least} if there are as many. */
    public Minibatches atLeast(int least, int rows) {
        return new Minibatches(Math.max(1, Math.min(count, rows / least)));
    }

    /**
     * Returns the parts of one pass: every row once, sizes that differ by at most one, none empty.
     *
     * @param rows shuffled in place, so that the next pass shuffles on; left as it is when there is one part
     * @param random not drawn from when there is one part
     */
    public List<int[]> of(int[] rows, RandomGenerator random) {
        if (count > 1) {
            shuffle(rows, random);
        }
        List<int[]> parts = new ArrayList<>();
        for (int part = 0; part < count; part++) {
            int from = (int) ((long) part * rows.length / count);
            int to = (int) ((long) (part + 1) * rows.length / count);
            if (to > from) {
                parts.add(Arrays.copyOfRange(rows, from, to));
            }
        }
        return parts;
    }

    /** Fisher–Yates. */
    private static void shuffle(int[] order, RandomGenerator random) {
        for (int i = order.length - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int swap = order[i];
            order[i] = order[j];
            order[j] = swap;
        }
    }
}
