package dev.gangway.learning.experiment;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.OneofDescriptor;
import com.google.protobuf.MapEntry;
import com.google.protobuf.Message;
import com.google.protobuf.TextFormat;
import dev.gangway.inference.configuration.FieldRules;
import dev.gangway.inference.configuration.RuleWords;
import dev.gangway.v1.DynamicValue;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * One {@code --set field.path=value}: replaces what stands at the path, whatever it was. An element of a list is
 * {@code field[0]}, one behind the last appends; an entry of a map is {@code field[key]}.
 *
 * @param text as the user gave it
 * @param path what stands before the equals sign
 * @param value what follows it, in text format; a string's quotes may be left out
 */
record FieldOverride(String text, List<OverrideStep> path, String value) {
    private static final String NUMBER = "[-+]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][-+]?[0-9]+)?";

    static FieldOverride parse(String text) {
        int equals = OverrideStep.endOfPath(text);
        if (equals <= 0) {
            throw new ExperimentException(
                    "--set " + text, List.of("expected field.path=value, found no \"=\" after a path"));
        }
        return new FieldOverride(
                text,
                OverrideStep.path(text.substring(0, equals).strip()),
                text.substring(equals + 1).strip());
    }

    /** Sets the field in {@code root}; choosing another member of a oneof drops the one that stood there. */
    void applyTo(Message.Builder root) {
        apply(root, 0);
    }

    private void apply(Message.Builder message, int depth) {
        OverrideStep step = path.get(depth);
        String where =
                path.subList(0, depth + 1).stream().map(OverrideStep::text).collect(Collectors.joining("."));
        FieldDescriptor field = field(message.getDescriptorForType(), step, where);
        if (step.element().isEmpty()) {
            applyToField(message, field, depth, where);
        } else if (field.isMapField()) {
            applyToEntry(message, field, step.element().get(), depth, where);
        } else if (field.isRepeated()) {
            applyToElement(message, field, step.element().get(), depth, where);
        } else {
            throw problem("%s: expected no [ ], because %s is no list".formatted(where, field.getName()));
        }
    }

    private FieldDescriptor field(Descriptor type, OverrideStep step, String where) {
        FieldDescriptor field = type.findFieldByName(step.name());
        if (field != null) {
            return field;
        }
        Optional<OneofDescriptor> choice = type.getRealOneofs().stream()
                .filter(each -> each.getName().equals(step.name()))
                .findFirst();
        if (choice.isPresent()) {
            FieldDescriptor first = choice.get().getFields().get(0);
            String parent = where.substring(0, where.length() - step.text().length());
            throw problem("%s is a choice, not a field; set the one that is chosen, %s, such as --set %s%s={}"
                    .formatted(
                            where,
                            choice.get().getFields().stream()
                                    .map(FieldDescriptor::getName)
                                    .collect(Collectors.joining(", ")),
                            parent,
                            first.getName()));
        }
        throw problem(FormerNames.nameOfNow(type, step.name())
                .map(name -> FormerNames.explain(where, name))
                .orElseGet(
                        () -> "unknown field %s; allowed here: %s".formatted(where, ExperimentFile.fieldNames(type))));
    }

    private void applyToField(Message.Builder message, FieldDescriptor field, int depth, String where) {
        if (depth == path.size() - 1) {
            message.setField(field, read(field, message.getDefaultInstanceForType(), where));
            dropContradiction(message, field);
            return;
        }
        if (field.isMapField()) {
            throw problem("%s is a map: expected %s[KEY].…, found no key".formatted(where, where));
        }
        if (field.isRepeated()) {
            throw problem(("%s is a list: expected %s[0]%s for its first element, or %s=[…] for all of it, found no"
                            + " element")
                    .formatted(where, where, isMessage(field) ? ".…" : "", where));
        }
        message.setField(field, changed(message.getField(field), field, depth, where));
    }

    private void applyToElement(
            Message.Builder message, FieldDescriptor field, String element, int depth, String where) {
        FieldRules.fillDefault(message, field);
        dropContradiction(message, field);
        int count = message.getRepeatedFieldCount(field);
        int index = index(element, count, where);
        boolean last = depth == path.size() - 1;
        Message empty = message.getDefaultInstanceForType();
        Object before = index < count
                ? message.getRepeatedField(field, index)
                : isMessage(field)
                        ? empty.newBuilderForType().newBuilderForField(field).build()
                        : null;
        Object after = last ? single(field, empty, where) : changed(before, field, depth, where);
        if (index < count) {
            message.setRepeatedField(field, index, after);
        } else {
            message.addRepeatedField(field, after);
        }
    }

    /** A list and the bool that says it is empty on purpose are a choice: the one that is set drops the other. */
    private static void dropContradiction(Message.Builder message, FieldDescriptor field) {
        for (FieldDescriptor other : message.getDescriptorForType().getFields()) {
            boolean saysEmpty = FieldRules.rule(field).getEmptiedBy().equals(other.getName());
            boolean emptied = FieldRules.rule(other).getEmptiedBy().equals(field.getName())
                    && Boolean.TRUE.equals(message.getField(field));
            if (saysEmpty || emptied) {
                message.clearField(other);
            }
        }
    }

    private void applyToEntry(Message.Builder message, FieldDescriptor field, String key, int depth, String where) {
        FieldDescriptor valueField = field.getMessageType().findFieldByName("value");
        OptionalInt found = IntStream.range(0, message.getRepeatedFieldCount(field))
                .filter(i -> entry(message, field, i).getKey().equals(key))
                .findFirst();
        MapEntry<?, ?> entry = found.isPresent()
                ? entry(message, field, found.getAsInt())
                : (MapEntry<?, ?>) message.newBuilderForField(field).build();
        Object value = depth == path.size() - 1
                ? read(valueField, entry.getDefaultInstanceForType(), where)
                : changed(entry.getField(valueField), valueField, depth, where);
        Message after = entry.toBuilder()
                .setField(field.getMessageType().findFieldByName("key"), key)
                .setField(valueField, value)
                .build();
        if (found.isPresent()) {
            message.setRepeatedField(field, found.getAsInt(), after);
        } else {
            message.addRepeatedField(field, after);
        }
    }

    private static MapEntry<?, ?> entry(Message.Builder message, FieldDescriptor field, int index) {
        return (MapEntry<?, ?>) message.getRepeatedField(field, index);
    }

    private int index(String element, int count, String where) {
        int index = element.matches("[0-9]{1,6}") ? Integer.parseInt(element) : count + 1;
        if (index > count) {
            throw problem("%s: expected %s, found [%s]"
                    .formatted(
                            where,
                            count == 0
                                    ? "[0], which appends the first element"
                                    : "an element from [0] to [%d], or [%d], which appends one"
                                            .formatted(count - 1, count),
                            element));
        }
        return index;
    }

    /** Returns a message with what stands below it changed. */
    private Message changed(Object message, FieldDescriptor field, int depth, String where) {
        if (!isMessage(field)) {
            throw problem("%s has no fields of its own".formatted(where));
        }
        Message.Builder child = ((Message) message).toBuilder();
        apply(child, depth + 1);
        return child.build();
    }

    private static boolean isMessage(FieldDescriptor field) {
        return field.getJavaType() == FieldDescriptor.JavaType.MESSAGE;
    }

    private Object single(FieldDescriptor field, Message empty, String where) {
        List<?> values = (List<?>) read(field, empty, where);
        if (values.size() != 1) {
            throw problem("%s: expected %s, found %s".formatted(where, kind(field), value));
        }
        return values.get(0);
    }

    /** Parses the value by itself, so that it cannot reach beyond its field. */
    private Object read(FieldDescriptor field, Message empty, String where) {
        String line = field.getName() + ": " + literal(field);
        Message.Builder parsed = empty.newBuilderForType();
        try {
            ExperimentFile.parser().merge(line, parsed);
        } catch (TextFormat.ParseException e) {
            if (value.startsWith("{") || value.startsWith("[{")) {
                throw problem(String.join("; ", SyntaxErrors.explain(e, line, empty.getDescriptorForType())));
            }
            throw problem(expected(field, where));
        }
        if (parsed.getAllFields().keySet().stream().anyMatch(other -> !other.equals(field))) {
            throw problem(expected(field, where));
        }
        List<String> emptyLists = EmptyLists.problems(line, empty.getDescriptorForType());
        if (!emptyLists.isEmpty()) {
            throw new ExperimentException("--set " + text, emptyLists);
        }
        return parsed.getField(field);
    }

    private String literal(FieldDescriptor field) {
        boolean quoted = value.matches("(?s)[\"'].*");
        if (field.getJavaType() == FieldDescriptor.JavaType.STRING && !quoted) {
            return quoted(value);
        }
        boolean plain = isMessage(field) && field.getMessageType().equals(DynamicValue.getDescriptor());
        if (!plain || value.isEmpty() || value.startsWith("{")) {
            return value;
        }
        String kind = value.matches("true|false")
                ? "boolean"
                : value.matches("[-+]?[0-9]{1,18}") ? "integer" : value.matches(NUMBER) ? "floating" : "text";
        return "{ %s: %s }".formatted(kind, kind.equals("text") && !quoted ? quoted(value) : value.replace("+", ""));
    }

    private static String quoted(String text) {
        return '"' + TextFormat.escapeDoubleQuotesAndBackslashes(text) + '"';
    }

    private String expected(FieldDescriptor field, String where) {
        return "%s: expected %s, found %s".formatted(where, kinds(field), value.isEmpty() ? "nothing" : value);
    }

    private static String kinds(FieldDescriptor field) {
        return field.isRepeated() ? "a list [ … ] of " + kind(field) : kind(field);
    }

    private static String kind(FieldDescriptor field) {
        return switch (field.getJavaType()) {
            case MESSAGE -> "a block { … } with the fields " + ExperimentFile.fieldNames(field.getMessageType());
            case ENUM ->
                "one of "
                        + RuleWords.valueNames(
                                field.getEnumType(), FieldRules.rule(field).getExcludedList());
            case INT, LONG -> "an integer (" + field.getType().name().toLowerCase(Locale.ROOT) + ")";
            case FLOAT, DOUBLE -> "a number";
            case BOOLEAN -> "true or false";
            case STRING -> "a string";
            case BYTE_STRING -> "bytes";
        };
    }

    private ExperimentException problem(String problem) {
        return new ExperimentException("--set " + text, List.of(problem));
    }
}
