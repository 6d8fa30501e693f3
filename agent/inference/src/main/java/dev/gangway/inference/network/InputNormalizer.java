package dev.gangway.inference.network;

import java.util.Map;

/**
 * Standardises a network's features by moments of the observations seen so far; see {@link Standardization}.
 *
 * <p>Order of use: everything between two calls of {@link #observe} sees the same {@link #current} standardisation: the
 * snapshot that acts, the gradient of what it collected, the value function. What is frozen into a snapshot never changes.
 * Before the first call it is the identity but for the clipping. Not thread-safe.
 */
public final class InputNormalizer {
    private final RunningMoments moments;
    private final boolean[] chosen;
    private final double clip;
    private final double epsilon;
    private Standardization current;

    /**
     * Has seen nothing.
     *
     * @param chosen the columns to standardise, shape [D]; at least one
     * @param clip c &gt; 0
     * @param epsilon ε &gt; 0
     * @throws IllegalArgumentException when no column is chosen
     */
    public InputNormalizer(boolean[] chosen, double clip, double epsilon) {
        this.chosen = chosen.clone();
        this.clip = clip;
        this.epsilon = epsilon;
        boolean any = false;
        for (boolean column : chosen) {
            any |= column;
        }
        if (!any) {
            throw new IllegalArgumentException(
                    "Expected a Box in the observation space, because only the numbers of a Box are"
                            + " normalised, found none; leave the normalisation out");
        }
        moments = new RunningMoments(chosen.length);
        settle();
    }

    /**
     * Adds observations to the moments, and standardises by the new ones from now on.
     *
     * @param features shape [any, D], row-major, as the environment gave them
     * @param rows the rows that count
     */
    public void observe(float[] features, int[] rows) {
        int width = chosen.length;
        moments.add(rows.length, (row, column) -> chosen[column] ? features[rows[row] * width + column] : 0);
        settle();
    }

    /** Returns the standardisation in force. */
    public Standardization current() {
        return current;
    }

    /** Returns what {@link #importState} takes. */
    public Map<String, double[]> exportState() {
        return moments.exportState();
    }

    /** Goes on from another's state; errors as {@link RunningMoments#importState}. */
    public void importState(Map<String, double[]> state) {
        moments.importState(state);
        settle();
    }

    private void settle() {
        // Before the first row the variance is 1, and nothing may be added to it: the numbers stay as they are.
        double added = moments.count() == 0 ? 0 : epsilon;
        current = Standardization.of(moments.mean(), moments.variance(), chosen, clip, added);
    }
}
