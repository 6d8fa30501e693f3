package dev.gangway.experiment;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.TextFormat;
import java.util.List;

/**
 * One {@code --set field.path=value}: replaces what stands at the path, whatever it was.
 *
 * @param text as the user gave it
 * @param path the names before the equals sign
 * @param value what follows it, in text format; a string's quotes may be left out
 */
record FieldOverride(String text, List<String> path, String value) {

    static FieldOverride parse(String text) {
        int equals = text.indexOf('=');
        if (equals <= 0) {
            throw new ExperimentException(
                    "--set " + text, List.of("expected field.path=value, found no \"=\" after a path"));
        }
        return new FieldOverride(
                text,
                List.of(text.substring(0, equals).strip().split("\\.", -1)),
                text.substring(equals + 1).strip());
    }

    /** Sets the field in {@code root}; choosing another member of a oneof drops the one that stood there. */
    void applyTo(Message.Builder root) {
        apply(root, 0);
    }

    private void apply(Message.Builder message, int depth) {
        Descriptor type = message.getDescriptorForType();
        FieldDescriptor field = type.findFieldByName(path.get(depth));
        String where = String.join(".", path.subList(0, depth + 1));
        if (field == null) {
            throw problem("unknown field %s; allowed here: %s".formatted(where, ExperimentFile.fieldNames(type)));
        }
        if (depth == path.size() - 1) {
            message.setField(field, read(field, message.getDefaultInstanceForType(), where));
            return;
        }
        if (field.getJavaType() != FieldDescriptor.JavaType.MESSAGE || field.isRepeated()) {
            throw problem("%s has no fields of its own".formatted(where));
        }
        Message.Builder child = ((Message) message.getField(field)).toBuilder();
        apply(child, depth + 1);
        message.setField(field, child.build());
    }

    /** Parses the value by itself, so that it cannot reach beyond its field. */
    private Object read(FieldDescriptor field, Message empty, String where) {
        boolean bare = field.getJavaType() == FieldDescriptor.JavaType.STRING && !value.matches("(?s)[\"'].*");
        String literal = bare ? '"' + TextFormat.escapeDoubleQuotesAndBackslashes(value) + '"' : value;
        String line = field.getName() + ": " + literal;
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
        return parsed.getField(field);
    }

    private String expected(FieldDescriptor field, String where) {
        return "%s: expected %s, found %s".formatted(where, kind(field), value.isEmpty() ? "nothing" : value);
    }

    private static String kind(FieldDescriptor field) {
        String kind = switch (field.getJavaType()) {
            case MESSAGE -> "a block { … } with the fields " + ExperimentFile.fieldNames(field.getMessageType());
            case ENUM -> "one of " + ExperimentFile.valueNames(field.getEnumType());
            case INT, LONG -> "an integer (" + field.getType().name().toLowerCase(java.util.Locale.ROOT) + ")";
            case FLOAT, DOUBLE -> "a number";
            case BOOLEAN -> "true or false";
            case STRING -> "a string";
            case BYTE_STRING -> "bytes";
        };
        return field.isRepeated() ? "a list [ … ] of " + kind : kind;
    }

    private ExperimentException problem(String problem) {
        return new ExperimentException("--set " + text, List.of(problem));
    }
}
