package dev.gangway.inference.configuration;

import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.OneofDescriptor;
import dev.gangway.v1.FieldRule;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Says what a rule of the schema allows and what was found instead; {@code rules.py} says it in the same words. */
public final class RuleWords {
    /** Smallest and largest power of ten for which a number is written without an exponent. */
    private static final int MIN_PLAIN_EXPONENT = -6;

    private static final int MAX_PLAIN_EXPONENT = 15;

    private RuleWords() {}

    public static String problem(String path, String expected, String found) {
        return "%s: expected %s, found %s".formatted(path, expected, found);
    }

    /** Says which values a field, or an element of it, may have. */
    public static String allowed(FieldDescriptor field, FieldRule rule) {
        List<String> bounds = new ArrayList<>();
        if (rule.hasMin()) {
            bounds.add("≥ " + number(rule.getMin()));
        }
        if (rule.hasAbove()) {
            bounds.add("> " + number(rule.getAbove()));
        }
        if (rule.hasMax()) {
            bounds.add("≤ " + number(rule.getMax()));
        }
        if (rule.hasBelow()) {
            bounds.add("< " + number(rule.getBelow()));
        }
        if (field.getJavaType() == FieldDescriptor.JavaType.ENUM) {
            return "one of " + valueNames(field.getEnumType(), rule.getExcludedList());
        }
        String range = bounds.isEmpty() ? kind(field) : kind(field) + " " + String.join(" and ", bounds);
        return rule.getExcludedCount() == 0
                ? range
                : range + " other than " + String.join(", ", rule.getExcludedList());
    }

    /** Says what kind of value a field has. */
    public static String kind(FieldDescriptor field) {
        return switch (field.getJavaType()) {
            case INT, LONG -> "an integer";
            case FLOAT, DOUBLE -> "a finite number";
            case ENUM -> "one of " + valueNames(field.getEnumType(), List.of());
            case STRING -> "a string that is not empty";
            case BOOLEAN -> "true or false";
            case BYTE_STRING -> "bytes";
            case MESSAGE -> "a block { … }";
        };
    }

    /** Says how many elements a repeated field wants. */
    public static String allowedCount(FieldRule rule) {
        return rule.getMinItems() == 1 ? "at least 1 element" : "at least " + rule.getMinItems() + " elements";
    }

    /** Says what a field holds. */
    public static String found(Object value, FieldDescriptor field) {
        return switch (field.getType()) {
            case STRING -> "\"" + value + "\"";
            case ENUM ->
                isNamed((EnumValueDescriptor) value)
                        ? ((EnumValueDescriptor) value).getName()
                        : String.valueOf(((EnumValueDescriptor) value).getNumber());
            case UINT32 -> Integer.toUnsignedString((Integer) value);
            case UINT64 -> Long.toUnsignedString((Long) value);
            case FLOAT, DOUBLE -> number(((Number) value).doubleValue());
            default -> String.valueOf(value);
        };
    }

    /** Returns whether an enum's value is one of its names and not the unspecified one; text format takes any number. */
    public static boolean isNamed(EnumValueDescriptor value) {
        return value.getNumber() != 0 && value.getType().findValueByNumber(value.getNumber()) != null;
    }

    public static boolean isUnsigned(FieldDescriptor field) {
        return field.getType() == FieldDescriptor.Type.UINT32 || field.getType() == FieldDescriptor.Type.UINT64;
    }

    public static String names(OneofDescriptor choice) {
        return choice.getFields().stream().map(FieldDescriptor::getName).collect(Collectors.joining(", "));
    }

    /** Lists the values that an enum field may have, but for some. */
    public static String valueNames(EnumDescriptor values, List<String> excluded) {
        return values.getValues().stream()
                .filter(value -> value.getNumber() != 0)
                .map(EnumValueDescriptor::getName)
                .filter(name -> !excluded.contains(name))
                .collect(Collectors.joining(", "));
    }

    /** Returns a number as text format takes it; with an exponent only where there would be many zeros. */
    private static String number(double value) {
        if (Double.isNaN(value)) {
            return "nan";
        }
        if (Double.isInfinite(value)) {
            return value < 0 ? "-inf" : "inf";
        }
        if (value == 0) {
            return "0";
        }
        BigDecimal decimal = new BigDecimal(Double.toString(value)).stripTrailingZeros();
        int exponent = decimal.precision() - decimal.scale() - 1;
        return MIN_PLAIN_EXPONENT <= exponent && exponent <= MAX_PLAIN_EXPONENT
                ? decimal.toPlainString()
                : decimal.scaleByPowerOfTen(-exponent).toPlainString() + "e" + exponent;
    }
}
