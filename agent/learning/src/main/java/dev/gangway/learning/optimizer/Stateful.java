package dev.gangway.learning.optimizer;

import java.util.Map;

/**
 * Something whose next answer depends on what it has seen, such as the moments of Adam. A training writes the state of each
 * of its parts that implements this interface into its checkpoints and hands it back on resumption, so that a killed and
 * resumed run gives the same numbers. A part that always answers alike need not implement it.
 *
 * <p>Both methods are called between two updates, on the training's thread.
 */
public interface Stateful {

    /** Returns a copy of everything that the next answer depends on, by name. Numbers are exact, float32 ones too. */
    Map<String, double[]> exportState();

    /**
     * Continues from a state that {@link #exportState} of an equal part returned.
     *
     * @throws IllegalArgumentException when names or lengths are not those that this part exports
     */
    void importState(Map<String, double[]> state);
}
