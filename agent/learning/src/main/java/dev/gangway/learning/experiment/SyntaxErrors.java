package dev.gangway.learning.experiment;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.TextFormat;
import dev.gangway.inference.configuration.FieldRules;
import dev.gangway.inference.configuration.RuleWords;
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
        TextPlace place = TextPlace.of(text, line, column);
        String name = field.group(3) != null ? field.group(3) : field.group(4);
        return "line %d, column %d: unknown field %s; allowed here: %s"
                .formatted(line, column, place.path(name), ExperimentFile.fieldNames(place.message(root)));
    }

    private static String other(TextFormat.ParseException error, String text, Descriptor root) {
        String where = "line %d, column %d".formatted(error.getLine(), error.getColumn());
        TextPlace place = TextPlace.of(text, error.getLine(), error.getColumn());
        Matcher badValue = BAD_ENUM_VALUE.matcher(error.getMessage());
        FieldDescriptor field = place.message(root).findFieldByName(place.lastName());
        if (badValue.find() && field != null && field.getJavaType() == FieldDescriptor.JavaType.ENUM) {
            return "%s: %s: expected one of %s, found %s"
                    .formatted(
                            where,
                            place.path(field.getName()),
                            RuleWords.valueNames(
                                    field.getEnumType(), FieldRules.rule(field).getExcludedList()),
                            badValue.group(1));
        }
        String inside = place.blocks().isEmpty() ? "" : " (in " + String.join(".", place.blocks()) + ")";
        return where + inside + ": " + error.getMessage().replaceFirst("^\\d+:\\d+:\\s*", "");
    }
}
