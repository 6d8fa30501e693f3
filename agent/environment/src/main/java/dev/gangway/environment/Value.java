package dev.gangway.environment;

/**
 * An element of a {@link Space}, or of the batched space of n copies.
 *
 * <p>A batch of n values of a Box, Discrete, MultiDiscrete or MultiBinary space is one {@link Tensor} with a leading
 * axis of length n. A batch of a Tuple or Dict space is a {@link TupleValue} or {@link DictValue} of batches. A batch
 * of a Text, Sequence, Graph or OneOf space is a {@link TupleValue} of n values.
 *
 * <p>Values are immutable. Two values are equal if they have the same content; arrays are compared bit by bit.
 */
public sealed interface Value permits Tensor, TextValue, TupleValue, DictValue, StackedValue, GraphValue, OneOfValue {

    /**
     * Returns this value as a {@link Tensor}.
     *
     * @throws IllegalStateException when the value is of another kind
     */
    default Tensor asTensor() {
        if (this instanceof Tensor tensor) {
            return tensor;
        }
        throw new IllegalStateException(
                "Expected a tensor, found a " + getClass().getSimpleName());
    }
}
