package dev.gangway.learning.rollout;

import dev.gangway.environment.EnvironmentException;
import dev.gangway.environment.Infos;
import dev.gangway.environment.Value;
import dev.gangway.inference.policy.ActionMasks;
import dev.gangway.inference.policy.ObservationEncoder;
import dev.gangway.inference.policy.UnfitMaskException;
import dev.gangway.inference.policy.UnfitObservationException;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;

/**
 * Turns what a lane's environment gives into what a policy takes. Where that cannot be, the error says which copy gave it
 * and when.
 */
final class LaneReader {
    private final String id;
    private final int first;
    private final ObservationEncoder observations;
    private final ObservationBounds bounds;
    private final ActionMasks masks;

    /**
     * Makes a reader for one lane.
     *
     * @param id the environment's
     * @param first the lane's first copy over all lanes
     * @param bounds what happens at observations outside of their space
     */
    LaneReader(String id, int first, ObservationEncoder observations, ObservationBounds bounds, ActionMasks masks) {
        this.id = id;
        this.first = first;
        this.observations = observations;
        this.bounds = bounds;
        this.masks = masks;
    }

    /** Returns D, numbers per observation. */
    int featureSize() {
        return observations.size();
    }

    /** Returns K, numbers per mask; 0 without masks. */
    int maskSize() {
        return masks.size();
    }

    /** Checks that a reset gave the masks that are looked for. */
    void requireMasks(Infos infos) {
        masks.requireIn(infos);
    }

    /**
     * Encodes observations.
     *
     * @param features receives them, shape [rows, D]
     * @param rows who gave each row, and when
     */
    void readObservations(Value values, float[] features, Rows rows) {
        int size = observations.size();
        try {
            observations.encode(values, features.length / Math.max(1, size), features, 0, rows::isIgnored);
        } catch (UnfitObservationException e) {
            throw new EnvironmentException(e.message(name(rows.copy(e.row())), rows.when(e.row())), e);
        }
        int outside = bounds.firstOutside(features, 0);
        while (outside >= 0) {
            int row = outside / size;
            if (!rows.isIgnored(row)) {
                bounds.outside(features, outside, name(rows.copy(row)), rows.when(row));
            }
            outside = bounds.firstOutside(features, (row + 1) * size);
        }
    }

    /**
     * Reads one mask for each copy.
     *
     * @param read receives them, shape [copies, K]
     * @param isFinal which copies are in the final state of an episode, where no action is chosen
     * @param rows when each copy gave its mask
     */
    void readMasks(Value values, Infos infos, IntPredicate isFinal, float[] read, Rows rows) {
        try {
            masks.read(values, infos, isFinal, rows::isIgnored, read);
        } catch (UnfitMaskException e) {
            throw new EnvironmentException(e.message(name(e.row()), rows.when(e.row())), e);
        }
    }

    /** Returns what a copy is called in messages. */
    String name(int copy) {
        return id + ": copy " + (first + copy);
    }

    /** Whose the rows of a batch of observations are. */
    interface Rows {
        /** Returns the copy that gave a row. */
        int copy(int row);

        /** Says when the copy gave it. */
        String when(int row);

        /** Returns whether nothing depends on the row, so that it may hold anything. */
        boolean isIgnored(int row);

        /** Returns one row for each copy. */
        static Rows ofCopies(IntFunction<String> when, IntPredicate isIgnored) {
            return new Rows() {
                @Override
                public int copy(int row) {
                    return row;
                }

                @Override
                public String when(int row) {
                    return when.apply(row);
                }

                @Override
                public boolean isIgnored(int row) {
                    return isIgnored.test(row);
                }
            };
        }
    }
}
