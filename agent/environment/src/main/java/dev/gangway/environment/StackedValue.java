package dev.gangway.environment;

/**
 * A batch of {@code length} values of one space: an element of a stacked {@link Sequence}, or a graph's nodes or edges.
 *
 * @param length number of values, ≥ 0
 * @param batch their batch, as {@link Space#concatenate} gives it
 */
public record StackedValue(int length, Value batch) implements Value {
    /**
     * Checks the length.
     *
     * @throws IllegalArgumentException when it is negative
     */
    public StackedValue {
        if (length < 0) {
            throw new IllegalArgumentException("Expected a length ≥ 0, found " + length);
        }
    }

    /** Whether the batch is one of this many elements of the space. */
    boolean isOf(Space element) {
        return element.batched(length).contains(batch);
    }
}
