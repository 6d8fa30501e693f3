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
 * Named spaces in a fixed order: {@code gymnasium.spaces.Dict}. A value is a {@link DictValue}, and so is a batch: of
 * the parts' batches.
 *
 * @param spaces the parts by key, unmodifiable; their order counts in {@code equals}
 * @param keepsOrder whether the space of its batches has the same order, too, instead of sorted keys
 */
public record Dict(Map<String, Space> spaces, boolean keepsOrder) implements Space {
    /** As Python compares strings; Java's own order is that of UTF-16. */
    private static final Comparator<String> BY_CODE_POINTS = (left, right) ->
            Arrays.compare(left.codePoints().toArray(), right.codePoints().toArray());

    /** Copies the map and keeps its order. */
    public Dict {
        spaces = Collections.unmodifiableMap(new LinkedHashMap<>(spaces));
    }

    /** A space whose batches are sorted by key, as Gymnasium's are unless told not to. */
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

    /** Returns a dictionary of independent samples. */
    @Override
    public DictValue sample(RandomGenerator random) {
        Map<String, Value> entries = new LinkedHashMap<>();
        spaces.forEach((key, space) -> entries.put(key, space.sample(random)));
        return new DictValue(entries);
    }

    /** Returns the space of the batches of its parts, sorted by key unless {@code keepsOrder}. */
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

    /** Prints like {@code Dict('position': Box(-1.0, 1.0, (2,), float32), 'text': Text(1, 5, charset=abc))}. */
    @Override
    public String toString() {
        return spaces.entrySet().stream()
                .map(part -> quoted(part.getKey()) + ": " + part.getValue())
                .collect(Collectors.joining(", ", "Dict(", ")"));
    }

    /** Quotes as Python does: in double quotes what has single ones only. */
    private static String quoted(String key) {
        String text = key.replace("\\", "\\\\");
        if (text.indexOf('\'') < 0) {
            return "'" + text + "'";
        }
        return text.indexOf('"') < 0 ? '"' + text + '"' : "'" + text.replace("'", "\\'") + "'";
    }
}
