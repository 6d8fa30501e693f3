package dev.gangway.environment;

import java.util.List;

/**
 * Values in order: an element of a {@link Tuple} space, an element of a {@link Sequence} space that is not stacked, or
 * a batch of values that cannot be stacked.
 *
 * @param values the components
 */
public record TupleValue(List<Value> values) implements Value {
    /** Copies the list of components. */
    public TupleValue {
        values = List.copyOf(values);
    }

    /** Returns the tuple of these values. */
    public static TupleValue of(Value... values) {
        return new TupleValue(List.of(values));
    }
}
