package dev.gangway.environment;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * The space of finite sequences over one space: {@code gymnasium.spaces.Sequence}. A value is a {@link TupleValue} of
 * any length or, if the space is stacked, a {@link StackedValue}.
 *
 * @param element space of each element
 * @param stacked whether a value is the batch of its elements
 */
public record Sequence(Space element, boolean stacked) implements Space {
    private static final double END = 0.25;

    @Override
    public int depth() {
        return 1 + element.depth();
    }

    @Override
    public boolean contains(Value value) {
        if (stacked) {
            return value instanceof StackedValue stack && stack.isOf(element);
        }
        return value instanceof TupleValue tuple && tuple.values().stream().allMatch(element::contains);
    }

    /** Returns a sequence of independent samples. Its length, ≥ 1, is geometric with success probability 1/4. */
    @Override
    public Value sample(RandomGenerator random) {
        List<Value> elements = new ArrayList<>();
        do {
            elements.add(element.sample(random));
        } while (random.nextDouble() >= END);
        return stacked ? stack(element, elements) : new TupleValue(elements);
    }

    static StackedValue stack(Space element, List<Value> elements) {
        return new StackedValue(elements.size(), element.concatenate(elements));
    }

    /** Returns a text like {@code Sequence(Discrete(2), stack=False)}. */
    @Override
    public String toString() {
        return "Sequence(" + element + ", stack=" + (stacked ? "True" : "False") + ")";
    }
}
