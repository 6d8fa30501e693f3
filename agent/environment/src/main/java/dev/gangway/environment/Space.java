package dev.gangway.environment;

import java.util.Collections;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * The set of values that an observation or an action may take; one record per space of Gymnasium.
 *
 * <p>Equality is by value and exact: the order of a {@link Dict}'s keys and of a {@link Text}'s characters counts, and
 * so does every bit of a {@link Box}'s bounds. {@code toString} reads like Gymnasium's.
 *
 * <p>{@link #batched}, {@link #concatenate} and {@link #row} follow {@code gymnasium.vector.utils}: array spaces are
 * batched along a leading axis, {@link Tuple} and {@link Dict} part by part, and the others as a tuple of n values.
 */
public sealed interface Space permits ArraySpace, Text, Tuple, Dict, Sequence, Graph, OneOf {

    /** Returns whether {@code value} is in this space: kind, type, shape and bounds, at every depth. */
    boolean contains(Value value);

    /**
     * Returns a random value with the distribution of Gymnasium's {@code sample} (its own stream of numbers is not
     * reproduced).
     */
    Value sample(RandomGenerator random);

    /** Returns how many spaces lie one within another: 0 when this one has no parts, else 1 + the deepest part's. */
    int depth();

    /** Returns the space of batches of n values: {@code gymnasium.vector.utils.batch_space}. */
    default Space batched(int n) {
        return new Tuple(Collections.nCopies(n, this));
    }

    /**
     * Returns the batch of these values, an element of {@code batched(values.size())} if they are elements of this
     * space: {@code gymnasium.vector.utils.concatenate}.
     *
     * @throws IllegalArgumentException when a value is not of this space's kind, or an array of another type or shape
     */
    default Value concatenate(List<? extends Value> values) {
        return new TupleValue(List.copyOf(values));
    }

    /**
     * Returns value {@code index} of a batch: {@code gymnasium.vector.utils.iterate}.
     *
     * @throws IllegalArgumentException when it is no batch of this kind of space
     * @throws IndexOutOfBoundsException when it has no such row
     */
    default Value row(Value batch, int index) {
        return Values.expect(TupleValue.class, batch, this).values().get(index);
    }

    /**
     * Returns this as a space of arrays.
     *
     * @throws IllegalArgumentException when it is another kind
     */
    default ArraySpace asArraySpace() {
        if (this instanceof ArraySpace space) {
            return space;
        }
        throw new IllegalArgumentException(
                "Expected a Box, Discrete, MultiDiscrete or MultiBinary space, found " + this);
    }
}
