package dev.gangway.experiment;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.TextFormat;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Turns the text-format parser's errors into line, column, path, found and allowed. */
final class SyntaxErrors {
    private static final Pattern UNKNOWN = Pattern.compile(
            "(\\d+):(\\d+):\\s*(?:Message type \"[^\"]*\" has no field named \"([^\"]+)\"|[\\w.]*?\\.(\\w+)\\s*$)");

    private static final Pattern BAD_ENUM_VALUE =
            Pattern.compile("Enum type \"[^\"]*\" has no value named \"([^\"]+)\"");

    private SyntaxErrors() {}

    /** Explains an error in {@code text}, whose root message is {@code root}: a line for each unknown field, else one. */
    static List<String> explain(TextFormat.ParseException error, String text, Descriptor root) {
        List<String> unknown = error.getMessage()
                .lines()
                .map(UNKNOWN::matcher)
                .filter(Matcher::find)
                .map(field -> unknownField(field, text, root))
                .toList();
        return unknown.isEmpty() ? List.of(other(error, text, root)) : unknown;
    }

    private static String unknownField(Matcher field, String text, Descriptor root) {
        int line = Integer.parseInt(field.group(1));
        int column = Integer.parseInt(field.group(2));
        Place place = Place.of(text, line, column);
        String name = field.group(3) != null ? field.group(3) : field.group(4);
        return "line %d, column %d: unknown field %s; allowed here: %s"
                .formatted(line, column, place.path(name), ExperimentFile.fieldNames(descend(root, place.blocks())));
    }

    private static String other(TextFormat.ParseException error, String text, Descriptor root) {
        String where = "line %d, column %d".formatted(error.getLine(), error.getColumn());
        Place place = Place.of(text, error.getLine(), error.getColumn());
        Matcher badValue = BAD_ENUM_VALUE.matcher(error.getMessage());
        FieldDescriptor field = descend(root, place.blocks()).findFieldByName(place.lastName());
        if (badValue.find() && field != null && field.getJavaType() == FieldDescriptor.JavaType.ENUM) {
            return "%s: %s: expected one of %s, found %s"
                    .formatted(
                            where,
                            place.path(field.getName()),
                            ExperimentFile.valueNames(field.getEnumType()),
                            badValue.group(1));
        }
        String inside = place.blocks().isEmpty() ? "" : " (in " + String.join(".", place.blocks()) + ")";
        return where + inside + ": " + error.getMessage().replaceFirst("^\\d+:\\d+:\\s*", "");
    }

    /**
     * A place in a text.
     *
     * @param blocks names of the blocks that are open there, outermost first
     * @param lastName the last name before it
     */
    private record Place(List<String> blocks, String lastName) {
        String path(String field) {
            return blocks.isEmpty() ? field : String.join(".", blocks) + "." + field;
        }

        /** Scans to a place; lines and columns count from 1. */
        static Place of(String text, int line, int column) {
            Deque<String> open = new ArrayDeque<>();
            String name = "";
            int currentLine = 1;
            int currentColumn = 1;
            for (int i = 0;
                    i < text.length() && (currentLine < line || (currentLine == line && currentColumn < column));
                    i++) {
                char c = text.charAt(i);
                if (c == '#') {
                    int end = text.indexOf('\n', i);
                    i = end < 0 ? text.length() : end;
                    c = '\n';
                } else if (c == '"' || c == '\'') {
                    int end = i + 1;
                    while (end < text.length() && text.charAt(end) != c && text.charAt(end) != '\n') {
                        end += text.charAt(end) == '\\' ? 2 : 1;
                    }
                    currentColumn += end - i;
                    i = end;
                } else if (Character.isJavaIdentifierStart(c)) {
                    int end = i;
                    while (end < text.length() && Character.isJavaIdentifierPart(text.charAt(end))) {
                        end++;
                    }
                    name = text.substring(i, end);
                    currentColumn += end - i - 1;
                    i = end - 1;
                } else if (c == '{' || c == '<') {
                    open.addLast(name);
                } else if ((c == '}' || c == '>') && !open.isEmpty()) {
                    open.removeLast();
                }
                if (c == '\n') {
                    currentLine++;
                    currentColumn = 1;
                } else {
                    currentColumn++;
                }
            }
            return new Place(List.copyOf(open), name);
        }
    }

    private static Descriptor descend(Descriptor root, List<String> path) {
        Descriptor message = root;
        for (String name : path) {
            FieldDescriptor field = message.findFieldByName(name);
            if (field == null || field.getJavaType() != FieldDescriptor.JavaType.MESSAGE) {
                return message;
            }
            message = field.getMessageType();
        }
        return message;
    }
}
