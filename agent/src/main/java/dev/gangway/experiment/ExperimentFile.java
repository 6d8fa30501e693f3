package dev.gangway.experiment;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.TextFormat;
import dev.gangway.v1.Experiment;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** Reads experiment files: text format of {@link Experiment}, overrides, defaults, checks. */
public final class ExperimentFile {
    private ExperimentFile() {}

    /**
     * Reads an experiment and resolves it: every default is written out and everything is checked.
     *
     * @param file a text-format file
     * @param overrides {@code field.path=value} in order; the value is text format (strings may go unquoted)
     * @throws ExperimentException when anything is unknown, missing or out of range, or the file cannot be read
     */
    public static Experiment load(Path file, List<String> overrides) {
        String text;
        try {
            text = Files.readString(file, StandardCharsets.UTF_8);
        } catch (NoSuchFileException e) {
            throw new ExperimentException(file.toString(), List.of("expected an experiment file, found no such file"));
        } catch (MalformedInputException e) {
            throw new ExperimentException(file.toString(), List.of("expected UTF-8 text, found other bytes"));
        } catch (IOException e) {
            throw new ExperimentException(file.toString(), List.of("the file cannot be read: " + e));
        }
        return parse(text, file.toString(), overrides);
    }

    /** As {@link #load}, from text; {@code source} names it in errors. */
    public static Experiment parse(String text, String source, List<String> overrides) {
        Experiment.Builder experiment = Experiment.newBuilder();
        try {
            parser().merge(text, experiment);
        } catch (TextFormat.ParseException e) {
            throw new ExperimentException(source, SyntaxErrors.explain(e, text, Experiment.getDescriptor()));
        }
        for (String override : overrides) {
            FieldOverride.parse(override).applyTo(experiment);
        }
        List<String> problems = FieldRules.resolve(experiment);
        if (problems.isEmpty()) {
            problems = Consistency.problems(experiment.build());
        }
        if (!problems.isEmpty()) {
            throw new ExperimentException(source, problems);
        }
        return experiment.build();
    }

    /** Lists the values that an enum field may have. */
    static String valueNames(EnumDescriptor values) {
        return values.getValues().stream()
                .filter(value -> value.getNumber() != 0)
                .map(EnumValueDescriptor::getName)
                .collect(Collectors.joining(", "));
    }

    /** Prints a resolved experiment as a file that {@link #load} reads back to an equal one. */
    public static String print(Experiment experiment) {
        return "# proto-file: gangway/v1/experiment.proto\n# proto-message: gangway.v1.Experiment\n"
                + TextFormat.printer().escapingNonAscii(false).printToString(experiment);
    }

    /** Returns a parser that refuses a field, or a choice, that is given twice: the last must not win unseen. */
    static TextFormat.Parser parser() {
        return TextFormat.Parser.newBuilder()
                .setSingularOverwritePolicy(TextFormat.Parser.SingularOverwritePolicy.FORBID_SINGULAR_OVERWRITES)
                .build();
    }

    /** Lists a message's fields as a person would look for them. */
    static String fieldNames(Descriptor message) {
        if (message.getFields().isEmpty()) {
            return "none";
        }
        return message.getFields().stream().map(FieldDescriptor::getName).collect(Collectors.joining(", "));
    }
}
