package dev.gangway.environment;

/**
 * A batch of values of one space, together with their number: an element of a stacked {@link Sequence}, or the nodes or
 * edges of a graph.
 *
 * @param length number of values, ≥ 0
 * @param batch the batch of the values, as {@link Space#concatenate} returns it
 */
public record StackedValue(int length, Value batch) implements Value {
    /**
     * Checks the number of values.
     *
     * @throws IllegalArgumentException when the length is negative
     */
    public StackedValue {
        if (length < 0) {
            throw new IllegalArgumentException("Expected a length ≥ 0, found " + length);
        }
    }

    /** Returns whether the batch holds {@code length} elements of the space. */
    boolean isOf(Space element) {
        return element.batched(length).contains(batch);
    }
}
