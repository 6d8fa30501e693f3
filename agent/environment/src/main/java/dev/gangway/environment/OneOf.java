package dev.gangway.environment;

import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/**
 * The space of values that belong to exactly one of several spaces: {@code gymnasium.spaces.OneOf}. A value is a {@link
 * OneOfValue}.
 *
 * @param spaces the alternatives, at least one
 */
public record OneOf(List<Space> spaces) implements Space {
    /**
     * Copies the list of alternatives.
     *
     * @throws IllegalArgumentException when there is no alternative
     */
    public OneOf {
        spaces = List.copyOf(spaces);
        if (spaces.isEmpty()) {
            throw new IllegalArgumentException("Expected at least one alternative in a OneOf, found none");
        }
    }

    /** Returns the union of these spaces. */
    public static OneOf of(Space... spaces) {
        return new OneOf(List.of(spaces));
    }

    @Override
    public int depth() {
        return 1 + spaces.stream().mapToInt(Space::depth).max().orElse(0);
    }

    @Override
    public boolean contains(Value value) {
        return value instanceof OneOfValue chosen
                && chosen.index() >= 0
                && chosen.index() < spaces.size()
                && spaces.get(chosen.index()).contains(chosen.value());
    }

    /** Draws one of the alternatives, all equally likely, and returns a sample of it. */
    @Override
    public OneOfValue sample(RandomGenerator random) {
        int index = random.nextInt(spaces.size());
        return new OneOfValue(index, spaces.get(index).sample(random));
    }

    /** Returns a text like {@code OneOf(Discrete(2), Text(1, 5, charset=abc))}. */
    @Override
    public String toString() {
        return spaces.stream().map(Space::toString).collect(Collectors.joining(", ", "OneOf(", ")"));
    }
}
