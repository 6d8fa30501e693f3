package dev.gangway.learning.experiment;

import com.google.protobuf.DescriptorProtos.FieldOptions;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.OneofDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.TextFormat;
import dev.gangway.v1.ChoiceRule;
import dev.gangway.v1.FieldRule;
import dev.gangway.v1.RuleProto;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Applies the rules that {@code rule.proto} declares beside the fields: writes defaults into unset fields, then collects
 * what is missing or out of range.
 *
 * <p>Own code rather than protovalidate because that takes 1.3–1.6 s for its first message (docs/decisions.md).
 */
final class FieldRules {
    private final List<String> problems = new ArrayList<>();

    private FieldRules() {}

    /** Fills defaults into {@code message} and returns its problems, empty when there are none. */
    static List<String> resolve(Message.Builder message) {
        return resolveAt(message, "");
    }

    /** As {@link #resolve} of a message that stands at a path, with which the problems begin. */
    static List<String> resolveAt(Message.Builder message, String path) {
        FieldRules rules = new FieldRules();
        rules.resolve(message, path);
        return rules.problems;
    }

    private void resolve(Message.Builder message, String path) {
        for (OneofDescriptor choice : message.getDescriptorForType().getRealOneofs()) {
            ChoiceRule rule = choice.getOptions().getExtension(RuleProto.choice);
            if (message.getOneofFieldDescriptor(choice) == null) {
                if (!rule.getDefault().isEmpty()) {
                    merge(message, rule.getDefault());
                } else if (rule.getRequired()) {
                    problems.add(
                            "%s: expected one of %s, found none".formatted(at(path, choice.getName()), names(choice)));
                }
            }
        }
        for (FieldDescriptor field : message.getDescriptorForType().getFields()) {
            resolve(message, field, path.isEmpty() ? field.getName() : path + "." + field.getName());
        }
    }

    private void resolve(Message.Builder message, FieldDescriptor field, String path) {
        FieldOptions options = field.getOptions();
        FieldRule rule = options.getExtension(RuleProto.rule);
        fillDefault(message, field);
        if (field.isRepeated() && message.getRepeatedFieldCount(field) < rule.getMinItems()) {
            int found = message.getRepeatedFieldCount(field);
            problems.add("%s: expected %s, found %s".formatted(path, allowedCount(rule), found == 0 ? "none" : found));
        }
        if (isUnset(message, field)) {
            if (rule.getRequired()) {
                problems.add("%s: expected %s, found nothing".formatted(path, allowed(field, rule)));
            }
            return;
        }
        if (field.isMapField()) {
            return; // keys and values are the environment's own
        }
        if (field.isRepeated()) {
            for (int i = 0; i < message.getRepeatedFieldCount(field); i++) {
                message.setRepeatedField(
                        field, i, resolved(message.getRepeatedField(field, i), field, rule, path + "[" + i + "]"));
            }
        } else {
            message.setField(field, resolved(message.getField(field), field, rule, path));
        }
    }

    private Object resolved(Object value, FieldDescriptor field, FieldRule rule, String path) {
        if (value instanceof Message message) {
            Message.Builder builder = message.toBuilder();
            resolve(builder, path);
            return builder.build();
        }
        check(value, field, rule, path);
        return value;
    }

    private void check(Object value, FieldDescriptor field, FieldRule rule, String path) {
        boolean good = switch (field.getJavaType()) {
            case INT, LONG ->
                inRange(((Number) value).doubleValue(), rule, ((Number) value).longValue() < 0 && isUnsigned(field));
            case FLOAT, DOUBLE -> inRange(((Number) value).doubleValue(), rule, false);
            case ENUM -> isNamed((EnumValueDescriptor) value);
            case STRING -> !rule.getRequired() || !((String) value).isEmpty();
            case BOOLEAN, BYTE_STRING, MESSAGE -> true;
        };
        if (!good) {
            problems.add("%s: expected %s, found %s".formatted(path, allowed(field, rule), found(value, field)));
        }
    }

    /** Whether an enum's value is one of its names and not the unspecified one; text format takes any number. */
    private static boolean isNamed(EnumValueDescriptor value) {
        return value.getNumber() != 0 && value.getType().findValueByNumber(value.getNumber()) != null;
    }

    private static String found(Object value, FieldDescriptor field) {
        return switch (field.getType()) {
            case STRING -> "\"" + value + "\"";
            case ENUM ->
                isNamed((EnumValueDescriptor) value)
                        ? ((EnumValueDescriptor) value).getName()
                        : String.valueOf(((EnumValueDescriptor) value).getNumber());
            case UINT32 -> Integer.toUnsignedString((Integer) value);
            case UINT64 -> Long.toUnsignedString((Long) value);
            default -> String.valueOf(value);
        };
    }

    private static boolean isUnsigned(FieldDescriptor field) {
        return field.getType() == FieldDescriptor.Type.UINT32 || field.getType() == FieldDescriptor.Type.UINT64;
    }

    private static boolean inRange(double value, FieldRule rule, boolean wrapped) {
        // Written so that NaN is out of every range, and infinities are never meant.
        return !wrapped
                && Double.isFinite(value)
                && (!rule.hasMin() || value >= rule.getMin())
                && (!rule.hasMax() || value <= rule.getMax())
                && (!rule.hasAbove() || value > rule.getAbove())
                && (!rule.hasBelow() || value < rule.getBelow());
    }

    private static boolean isUnset(Message.Builder message, FieldDescriptor field) {
        if (field.isRepeated()) {
            return message.getRepeatedFieldCount(field) == 0;
        }
        // Fields of a oneof that was not chosen are not unset but absent; those without presence are unset at zero.
        return !message.hasField(field);
    }

    private static void merge(Message.Builder message, String text) {
        try {
            TextFormat.merge(text, message);
        } catch (TextFormat.ParseException e) {
            throw new IllegalStateException(
                    "The default \"" + text + "\" in "
                            + message.getDescriptorForType().getFullName() + " is malformed",
                    e);
        }
    }

    private static String allowed(FieldDescriptor field, FieldRule rule) {
        String what = switch (field.getJavaType()) {
            case INT, LONG -> "an integer";
            case FLOAT, DOUBLE -> "a finite number";
            case ENUM -> "one of " + ExperimentFile.valueNames(field.getEnumType());
            case STRING -> "a string that is not empty";
            case BOOLEAN -> "true or false";
            case BYTE_STRING -> "bytes";
            case MESSAGE -> "a block { … }";
        };
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
        return bounds.isEmpty() ? what : what + " " + String.join(" and ", bounds);
    }

    /** Says how many elements a repeated field wants. */
    static String allowedCount(FieldRule rule) {
        return rule.getMinItems() == 1 ? "at least 1 element" : "at least " + rule.getMinItems() + " elements";
    }

    /** Writes a field's default into it, if it has one and nothing is set. */
    static void fillDefault(Message.Builder message, FieldDescriptor field) {
        FieldRule rule = field.getOptions().getExtension(RuleProto.rule);
        if (isUnset(message, field) && !rule.getDefault().isEmpty()) {
            merge(message, field.getName() + ": " + rule.getDefault());
        }
    }

    private static String number(double value) {
        return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
    }

    private static String names(OneofDescriptor choice) {
        return choice.getFields().stream().map(FieldDescriptor::getName).collect(Collectors.joining(", "));
    }

    private static String at(String path, String oneof) {
        return path.isEmpty() ? oneof : path;
    }
}
