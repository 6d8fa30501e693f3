package dev.gangway.inference.provider;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;

/**
 * The settings of a provider, as an experiment gives them by name. Each getter checks what it returns; its error says the
 * path of the setting, what was expected and what was found. Keys that no getter has asked for are refused by
 * {@link #requireAllAskedFor}, which whoever calls a provider calls after it.
 *
 * <p>Experimental. Not thread-safe.
 */
public final class Settings {
    private final String path;
    private final Map<String, Object> values;
    private final Set<String> asked = new LinkedHashSet<>();

    private Settings(String path, Map<String, Object> values) {
        this.path = path;
        this.values = new LinkedHashMap<>(values);
    }

    /**
     * Holds settings.
     *
     * @param path where they stand in the experiment, for errors, such as {@code estimator.custom.settings}
     * @param values Boolean, Long, Double, String, or a List of such, by name
     */
    public static Settings of(String path, Map<String, ?> values) {
        return new Settings(path, Map.copyOf(values));
    }

    /** Returns where the settings stand in the experiment. */
    public String path() {
        return path;
    }

    /** Returns an integer that has to be given, from {@code min} to {@code max}. */
    public long integer(String key, long min, long max) {
        return optionalInteger(key, min, max).orElseThrow(() -> missing(key, integers(min, max)));
    }

    /** Returns an integer from {@code min} to {@code max}, or {@code fallback} where none is given. */
    public long integer(String key, long min, long max, long fallback) {
        return optionalInteger(key, min, max).orElse(fallback);
    }

    private OptionalLong optionalInteger(String key, long min, long max) {
        Optional<Object> value = ask(key);
        if (value.isEmpty()) {
            return OptionalLong.empty();
        }
        if (!(value.get() instanceof Long number) || number < min || number > max) {
            throw wrong(key, integers(min, max), value.get());
        }
        return OptionalLong.of(number);
    }

    private static String integers(long min, long max) {
        return max == Long.MAX_VALUE ? "an integer ≥ " + min : "an integer from " + min + " to " + max;
    }

    /** Returns a finite number that has to be given, from {@code min} to {@code max}. */
    public double number(String key, double min, double max) {
        return optionalNumber(key, min, max).orElseThrow(() -> missing(key, numbers(min, max)));
    }

    /** Returns a finite number from {@code min} to {@code max}, or {@code fallback} where none is given. */
    public double number(String key, double min, double max, double fallback) {
        return optionalNumber(key, min, max).orElse(fallback);
    }

    private OptionalDouble optionalNumber(String key, double min, double max) {
        Optional<Object> value = ask(key);
        if (value.isEmpty()) {
            return OptionalDouble.empty();
        }
        if (!(value.get() instanceof Number number)
                || !Double.isFinite(number.doubleValue())
                || number.doubleValue() < min
                || number.doubleValue() > max) {
            throw wrong(key, numbers(min, max), value.get());
        }
        return OptionalDouble.of(number.doubleValue());
    }

    private static String numbers(double min, double max) {
        return max == Double.POSITIVE_INFINITY
                ? min == Double.NEGATIVE_INFINITY ? "a finite number" : "a finite number ≥ " + min
                : "a number from " + min + " to " + max;
    }

    /** Returns true or false, or {@code fallback} where neither is given. */
    public boolean flag(String key, boolean fallback) {
        Optional<Object> value = ask(key);
        if (value.isPresent() && !(value.get() instanceof Boolean)) {
            throw wrong(key, "a boolean", value.get());
        }
        return value.map(Boolean.class::cast).orElse(fallback);
    }

    /** Returns a text that has to be given. */
    public String text(String key) {
        return optionalText(key).orElseThrow(() -> missing(key, "a text"));
    }

    /** Returns a text, or {@code fallback} where none is given. */
    public String text(String key, String fallback) {
        return optionalText(key).orElse(fallback);
    }

    private Optional<String> optionalText(String key) {
        Optional<Object> value = ask(key);
        if (value.isPresent() && !(value.get() instanceof String)) {
            throw wrong(key, "a text", value.get());
        }
        return value.map(String.class::cast);
    }

    /** Returns one of several texts, or {@code fallback} where none is given. */
    public String choice(String key, List<String> allowed, String fallback) {
        String value = text(key, fallback);
        if (!allowed.contains(value)) {
            throw wrong(key, "one of " + allowed, value);
        }
        return value;
    }

    /** Returns integers, each from {@code min} to {@code max}, or {@code fallback} where the list is not given. */
    public List<Long> integers(String key, long min, long max, List<Long> fallback) {
        Optional<Object> value = ask(key);
        if (value.isEmpty()) {
            return fallback;
        }
        List<Long> integers = new ArrayList<>();
        for (Object element : list(key, value.get(), integers(min, max))) {
            if (!(element instanceof Long number) || number < min || number > max) {
                throw wrong(key, "a list, each element " + integers(min, max), value.get());
            }
            integers.add(number);
        }
        return List.copyOf(integers);
    }

    /** Returns finite numbers, each from {@code min} to {@code max}, or {@code fallback} where the list is not given. */
    public List<Double> numbers(String key, double min, double max, List<Double> fallback) {
        Optional<Object> value = ask(key);
        if (value.isEmpty()) {
            return fallback;
        }
        List<Double> numbers = new ArrayList<>();
        for (Object element : list(key, value.get(), numbers(min, max))) {
            if (!(element instanceof Number number)
                    || !Double.isFinite(number.doubleValue())
                    || number.doubleValue() < min
                    || number.doubleValue() > max) {
                throw wrong(key, "a list, each element " + numbers(min, max), value.get());
            }
            numbers.add(number.doubleValue());
        }
        return List.copyOf(numbers);
    }

    private List<?> list(String key, Object value, String element) {
        if (value instanceof List<?> list) {
            return list;
        }
        throw wrong(key, "a list, each element " + element, value);
    }

    /** Returns whether a setting is given. */
    public boolean has(String key) {
        return ask(key).isPresent();
    }

    /**
     * Refuses settings that nothing has asked for.
     *
     * @throws SettingsException naming the first of them and all that may be given
     */
    public void requireAllAskedFor() {
        for (String key : new TreeSet<>(values.keySet())) {
            if (!asked.contains(key)) {
                throw new SettingsException(path + "." + key + ": expected "
                        + (asked.isEmpty() ? "no settings" : "one of the settings " + new TreeSet<>(asked))
                        + ", found this one");
            }
        }
    }

    private Optional<Object> ask(String key) {
        asked.add(key);
        return Optional.ofNullable(values.get(key));
    }

    private SettingsException missing(String key, String expected) {
        return new SettingsException(path + "." + key + ": expected " + expected + ", found nothing");
    }

    private SettingsException wrong(String key, String expected, Object found) {
        String shown = found instanceof String text ? "\"" + text + "\"" : String.valueOf(found);
        return new SettingsException(path + "." + key + ": expected " + expected + ", found " + shown);
    }
}
