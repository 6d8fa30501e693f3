package dev.gangway.environment;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/**
 * The space of tuples with a fixed number of components, each of which has a space of its own: {@code
 * gymnasium.spaces.Tuple}. A value is a {@link TupleValue}. A batch of n values is a {@link TupleValue}, too, whose
 * components are batches of n.
 *
 * @param spaces the spaces of the components, in order
 */
public record Tuple(List<Space> spaces) implements Space {
    /** Copies the list of spaces. */
    public Tuple {
        spaces = List.copyOf(spaces);
    }

    /** Returns the space of tuples whose components are elements of these spaces. */
    public static Tuple of(Space... spaces) {
        return new Tuple(List.of(spaces));
    }

    @Override
    public int depth() {
        return 1 + spaces.stream().mapToInt(Space::depth).max().orElse(0);
    }

    @Override
    public boolean contains(Value value) {
        if (!(value instanceof TupleValue tuple) || tuple.values().size() != spaces.size()) {
            return false;
        }
        for (int i = 0; i < spaces.size(); i++) {
            if (!spaces.get(i).contains(tuple.values().get(i))) {
                return false;
            }
        }
        return true;
    }

    /** Returns a tuple of independent samples. */
    @Override
    public TupleValue sample(RandomGenerator random) {
        List<Value> values = new ArrayList<>(spaces.size());
        spaces.forEach(space -> values.add(space.sample(random)));
        return new TupleValue(values);
    }

    @Override
    public Tuple batched(int n) {
        return new Tuple(spaces.stream().map(space -> space.batched(n)).toList());
    }

    @Override
    public TupleValue concatenate(List<? extends Value> values) {
        List<Value> parts = new ArrayList<>(spaces.size());
        for (int i = 0; i < spaces.size(); i++) {
            List<Value> column = new ArrayList<>(values.size());
            for (Value value : values) {
                column.add(parts(value).get(i));
            }
            parts.add(spaces.get(i).concatenate(column));
        }
        return new TupleValue(parts);
    }

    @Override
    public TupleValue row(Value batch, int index) {
        List<Value> columns = parts(batch);
        List<Value> parts = new ArrayList<>(columns.size());
        for (int i = 0; i < columns.size(); i++) {
            parts.add(spaces.get(i).row(columns.get(i), index));
        }
        return new TupleValue(parts);
    }

    private List<Value> parts(Value value) {
        List<Value> parts = Values.expect(TupleValue.class, value, this).values();
        Values.expectParts(spaces.size(), parts.size(), this);
        return parts;
    }

    /** Returns a text like {@code Tuple(Discrete(2), Discrete(3))}. */
    @Override
    public String toString() {
        return spaces.stream().map(Space::toString).collect(Collectors.joining(", ", "Tuple(", ")"));
    }
}
