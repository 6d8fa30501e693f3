package dev.gangway.environment;

import java.util.Collections;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * The set of values that an observation or an action may take. Each space of Gymnasium has a record that implements
 * this interface.
 *
 * <p>Two spaces are equal if they have exactly the same parts: the order of a {@link Dict}'s keys counts, the order of
 * a {@link Text}'s characters counts, and so does every bit of a {@link Box}'s bounds. {@code toString} reads like
 * Gymnasium's.
 *
 * <p>{@link #batched}, {@link #concatenate} and {@link #row} follow {@code gymnasium.vector.utils}: array spaces are
 * batched along a leading axis, {@link Tuple} and {@link Dict} part by part, and all other spaces as a tuple of n
 * values.
 */
public sealed interface Space permits ArraySpace, Text, Tuple, Dict, Sequence, Graph, OneOf {

    /**
     * Returns whether {@code value} is an element of this space. Kind, data type, shape and bounds have to fit at every
     * depth.
     */
    boolean contains(Value value);

    /**
     * Returns a random value that has the distribution of Gymnasium's {@code sample}. The numbers themselves differ
     * from Gymnasium's.
     */
    Value sample(RandomGenerator random);

    /**
     * Returns how deeply spaces are nested in this space: 0 if it has no parts, otherwise 1 plus the depth of its
     * deepest part.
     */
    int depth();

    /** Returns the space of batches of n values: {@code gymnasium.vector.utils.batch_space}. */
    default Space batched(int n) {
        return new Tuple(Collections.nCopies(n, this));
    }

    /**
     * Returns the batch of these values: {@code gymnasium.vector.utils.concatenate}. It is an element of {@code
     * batched(values.size())} if the values are elements of this space.
     *
     * @throws IllegalArgumentException when a value is not of this space's kind, or is an array of another type or
     *     shape
     */
    default Value concatenate(List<? extends Value> values) {
        return new TupleValue(List.copyOf(values));
    }

    /**
     * Returns value {@code index} of a batch: {@code gymnasium.vector.utils.iterate}.
     *
     * @throws IllegalArgumentException when {@code batch} is not a batch of this kind of space
     * @throws IndexOutOfBoundsException when the batch has no such row
     */
    default Value row(Value batch, int index) {
        return Values.expect(TupleValue.class, batch, this).values().get(index);
    }

    /**
     * Returns this space as an {@link ArraySpace}.
     *
     * @throws IllegalArgumentException when this is not a space of arrays
     */
    default ArraySpace asArraySpace() {
        if (this instanceof ArraySpace space) {
            return space;
        }
        throw new IllegalArgumentException(
                "Expected a Box, Discrete, MultiDiscrete or MultiBinary space, found " + this);
    }
}
