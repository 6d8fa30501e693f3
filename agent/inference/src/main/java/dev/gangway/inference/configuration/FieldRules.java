package dev.gangway.inference.configuration;

import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.OneofDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.TextFormat;
import dev.gangway.v1.ChoiceRule;
import dev.gangway.v1.FieldRule;
import dev.gangway.v1.RuleProto;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/**
 * Applies the rules that {@code rule.proto} declares beside the fields: writes defaults into unset fields, then collects
 * what is missing, out of range or at odds with another field of its message. The Python server has the same engine
 * ({@code rules.py}); {@code proto/rules/cases.txt} holds both to the same problems in the same words.
 *
 * <p>Own code rather than protovalidate because that takes 1.3–1.6 s for its first message (docs/decisions/0001).
 */
public final class FieldRules {
    private final List<String> problems = new ArrayList<>();

    private FieldRules() {}

    /** Fills defaults into {@code message} and returns its problems, empty when there are none. */
    public static List<String> resolve(Message.Builder message) {
        return resolveAt(message, "");
    }

    /** As {@link #resolve} of a message that stands at a path, with which the problems begin. */
    public static List<String> resolveAt(Message.Builder message, String path) {
        FieldRules rules = new FieldRules();
        rules.resolve(message, path);
        return rules.problems;
    }

    /** Returns a field's rule, which is empty where the schema has none. */
    public static FieldRule rule(FieldDescriptor field) {
        return field.getOptions().getExtension(RuleProto.rule);
    }

    /**
     * Writes a field's default into it, if it has one and nothing is set; a list that is empty on purpose stays empty.
     */
    public static void fillDefault(Message.Builder message, FieldDescriptor field) {
        FieldRule rule = rule(field);
        if (isUnset(message, field) && !rule.getDefault().isEmpty() && !isEmptied(message, rule)) {
            merge(message, field.getName() + ": " + rule.getDefault());
        }
    }

    /** Returns whether a bool of the message says that the field with this rule is empty on purpose. */
    private static boolean isEmptied(Message.Builder message, FieldRule rule) {
        return !rule.getEmptiedBy().isEmpty()
                && (Boolean) message.getField(message.getDescriptorForType().findFieldByName(rule.getEmptiedBy()));
    }

    private void resolve(Message.Builder message, String path) {
        for (OneofDescriptor choice : message.getDescriptorForType().getRealOneofs()) {
            ChoiceRule rule = choice.getOptions().getExtension(RuleProto.choice);
            if (message.getOneofFieldDescriptor(choice) == null) {
                if (!rule.getDefault().isEmpty()) {
                    merge(message, rule.getDefault());
                } else if (rule.getRequired()) {
                    problems.add(RuleWords.problem(
                            path.isEmpty() ? choice.getName() : path, "one of " + RuleWords.names(choice), "none"));
                }
            }
        }
        for (FieldDescriptor field : message.getDescriptorForType().getFields()) {
            resolve(message, field, path.isEmpty() ? field.getName() : path + "." + field.getName());
        }
        checkWhole(message, path);
    }

    private void resolve(Message.Builder message, FieldDescriptor field, String path) {
        FieldRule rule = rule(field);
        fillDefault(message, field);
        if (field.isRepeated()) {
            checkCount(message.getRepeatedFieldCount(field), isEmptied(message, rule), rule, path);
        }
        if (isUnset(message, field)) {
            if (rule.getRequired()) {
                problems.add(RuleWords.problem(path, RuleWords.allowed(field, rule), "nothing"));
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

    private void checkCount(int count, boolean emptied, FieldRule rule, String path) {
        if (emptied && count > 0) {
            problems.add(RuleWords.problem(
                    path, "no elements with " + rule.getEmptiedBy() + ": true", String.valueOf(count)));
        } else if (!emptied && count < rule.getMinItems()) {
            problems.add(
                    RuleWords.problem(path, RuleWords.allowedCount(rule), count == 0 ? "none" : String.valueOf(count)));
        }
    }

    private Object resolved(Object value, FieldDescriptor field, FieldRule rule, String path) {
        if (value instanceof Message message) {
            Message.Builder builder = message.toBuilder();
            resolve(builder, path);
            return builder.build();
        }
        if (!isGood(value, field, rule)) {
            problems.add(RuleWords.problem(path, RuleWords.allowed(field, rule), RuleWords.found(value, field)));
        }
        return value;
    }

    private static boolean isGood(Object value, FieldDescriptor field, FieldRule rule) {
        return switch (field.getJavaType()) {
            case INT, LONG -> {
                long number = ((Number) value).longValue();
                yield inRange(BigDecimal.valueOf(number), rule)
                        && !(number < 0 && RuleWords.isUnsigned(field))
                        && !rule.getExcludedList().contains(Long.toString(number));
            }
            case FLOAT, DOUBLE -> isFinite(value) && inRange(exact(value), rule);
            case ENUM ->
                RuleWords.isNamed((EnumValueDescriptor) value)
                        && !rule.getExcludedList().contains(((EnumValueDescriptor) value).getName());
            case STRING -> !rule.getRequired() || !((String) value).isEmpty();
            case BOOLEAN, BYTE_STRING, MESSAGE -> true;
        };
    }

    private static boolean inRange(BigDecimal value, FieldRule rule) {
        return (!rule.hasMin() || value.compareTo(exact(rule.getMin())) >= 0)
                && (!rule.hasMax() || value.compareTo(exact(rule.getMax())) <= 0)
                && (!rule.hasAbove() || value.compareTo(exact(rule.getAbove())) > 0)
                && (!rule.hasBelow() || value.compareTo(exact(rule.getBelow())) < 0);
    }

    private static boolean isFinite(Object number) {
        return Double.isFinite(((Number) number).doubleValue());
    }

    /** Returns a finite number as it is: an integer beyond 2^53 is not rounded to a double. */
    private static BigDecimal exact(Object number) {
        return number instanceof Double || number instanceof Float
                ? new BigDecimal(((Number) number).doubleValue())
                : BigDecimal.valueOf(((Number) number).longValue());
    }

    /** Checks what must hold between the fields of a message whose fields have their defaults. */
    private void checkWhole(Message.Builder message, String path) {
        List<String> wanted = message.getDescriptorForType()
                .getOptions()
                .getExtension(RuleProto.whole)
                .getAtLeastOneList();
        if (!wanted.isEmpty()
                && wanted.stream()
                        .allMatch(name ->
                                isUnset(message, message.getDescriptorForType().findFieldByName(name)))) {
            problems.add(RuleWords.problem(
                    path.isEmpty() ? message.getDescriptorForType().getName() : path,
                    "at least one of " + String.join(", ", wanted),
                    "none"));
        }
        for (FieldDescriptor field : message.getDescriptorForType().getFields()) {
            FieldRule rule = rule(field);
            String at = path.isEmpty() ? field.getName() : path + "." + field.getName();
            compare(message, field, "≥", rule.getMinField(), at);
            compare(message, field, ">", rule.getAboveField(), at);
        }
    }

    private void compare(Message.Builder message, FieldDescriptor field, String sign, String otherName, String path) {
        if (otherName.isEmpty()) {
            return;
        }
        FieldDescriptor other = message.getDescriptorForType().findFieldByName(otherName);
        if (isUnset(message, field) || isUnset(message, other)) {
            return;
        }
        Object value = message.getField(field);
        Object bound = message.getField(other);
        if (!isFinite(value) || !isFinite(bound)) {
            return; // that is a problem of its own
        }
        int order = exact(value).compareTo(exact(bound));
        if (order < 0 || (order == 0 && sign.equals(">"))) {
            problems.add(RuleWords.problem(
                    path,
                    "%s %s %s (%s)".formatted(RuleWords.kind(field), sign, otherName, RuleWords.found(bound, other)),
                    RuleWords.found(value, field)));
        }
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
}
