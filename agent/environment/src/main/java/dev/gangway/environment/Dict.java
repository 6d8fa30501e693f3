package dev.gangway.environment;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/**
 * The space of dictionaries with fixed keys, each of which has a space of its own: {@code gymnasium.spaces.Dict}. A
 * value is a {@link DictValue}. A batch of n values is a {@link DictValue}, too, whose entries are batches of n.
 *
 * @param spaces the space of each key, unmodifiable; the order of the keys counts in {@code equals}
 * @param keepsOrder whether the space of batches keeps this order of the keys instead of sorting them
 */
public record Dict(Map<String, Space> spaces, boolean keepsOrder) implements Space {
    /** Compares strings by Unicode code points, as Python does. {@link String#compareTo} compares UTF-16 units. */
    private static final Comparator<String> BY_CODE_POINTS = (left, right) ->
            Arrays.compare(left.codePoints().toArray(), right.codePoints().toArray());

    /** Copies the map and keeps the order of its keys. */
    public Dict {
        spaces = Collections.unmodifiableMap(new LinkedHashMap<>(spaces));
    }

    /** Makes a space whose batches are sorted by key, which is Gymnasium's default. */
    public Dict(Map<String, Space> spaces) {
        this(spaces, false);
    }

    @Override
    public int depth() {
        return 1 + spaces.values().stream().mapToInt(Space::depth).max().orElse(0);
    }

    @Override
    public boolean contains(Value value) {
        return value instanceof DictValue dict
                && dict.entries().keySet().equals(spaces.keySet())
                && spaces.entrySet().stream().allMatch(part -> part.getValue().contains(dict.get(part.getKey())));
    }

    /** Returns a dictionary with an independent sample for each key. */
    @Override
    public DictValue sample(RandomGenerator random) {
        Map<String, Value> entries = new LinkedHashMap<>();
        spaces.forEach((key, space) -> entries.put(key, space.sample(random)));
        return new DictValue(entries);
    }

    /** Returns the space whose entries are batches of n values, sorted by key unless {@code keepsOrder}. */
    @Override
    public Dict batched(int n) {
        List<String> keys = new ArrayList<>(spaces.keySet());
        if (!keepsOrder) {
            keys.sort(BY_CODE_POINTS);
        }
        Map<String, Space> parts = new LinkedHashMap<>();
        keys.forEach(
                key -> parts.put(key, Objects.requireNonNull(spaces.get(key)).batched(n)));
        return new Dict(parts, keepsOrder);
    }

    @Override
    public DictValue concatenate(List<? extends Value> values) {
        List<DictValue> dicts = new ArrayList<>(values.size());
        values.forEach(value -> dicts.add(checked(value)));
        Map<String, Value> columns = new LinkedHashMap<>();
        spaces.forEach((key, space) -> columns.put(
                key, space.concatenate(dicts.stream().map(dict -> dict.get(key)).toList())));
        return new DictValue(columns);
    }

    @Override
    public DictValue row(Value batch, int index) {
        DictValue columns = checked(batch);
        Map<String, Value> entries = new LinkedHashMap<>();
        spaces.forEach((key, space) -> entries.put(key, space.row(columns.get(key), index)));
        return new DictValue(entries);
    }

    private DictValue checked(Value value) {
        DictValue dict = Values.expect(DictValue.class, value, this);
        if (!dict.entries().keySet().equals(spaces.keySet())) {
            throw new IllegalArgumentException("Expected the keys " + spaces.keySet() + " of " + this + ", found "
                    + dict.entries().keySet());
        }
        return dict;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Dict that
                && keepsOrder == that.keepsOrder
                && List.copyOf(spaces.entrySet()).equals(List.copyOf(that.spaces.entrySet()));
    }

    @Override
    public int hashCode() {
        return spaces.hashCode();
    }

    /** Returns a text like {@code Dict('position': Box(-1.0, 1.0, (2,), float32), 'text': Text(1, 5, charset=abc))}. */
    @Override
    public String toString() {
        return spaces.entrySet().stream()
                .map(part -> quoted(part.getKey()) + ": " + part.getValue())
                .collect(Collectors.joining(", ", "Dict(", ")"));
    }

    /** Quotes a key as Python's {@code repr} does: in double quotes if it contains single quotes but no double ones. */
    private static String quoted(String key) {
        String text = key.replace("\\", "\\\\");
        if (text.indexOf('\'') < 0) {
            return "'" + text + "'";
        }
        return text.indexOf('"') < 0 ? '"' + text + '"' : "'" + text.replace("'", "\\'") + "'";
    }
}
