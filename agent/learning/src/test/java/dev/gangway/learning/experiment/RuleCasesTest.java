package dev.gangway.learning.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.TextFormat;
import dev.gangway.inference.configuration.FieldRules;
import dev.gangway.v1.Experiment;
import dev.gangway.v1.Wrapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The schema's rules find in a message what the table says; the Python server runs the same table. */
class RuleCasesTest {
    private static final Path TABLE = Path.of(System.getProperty("gangway.home"), "proto/rules/cases.txt");

    private static final Map<String, Descriptor> MESSAGES = messages(Experiment.getDescriptor(), new HashMap<>());

    private static final String WRAPPERS = Wrapper.getDescriptor().getRealOneofs().get(0).getFields().stream()
            .map(FieldDescriptor::getName)
            .collect(Collectors.joining(", "));

    private record Case(String message, String text, List<String> problems, Optional<String> resolved) {}

    static List<Case> cases() throws IOException {
        List<Case> cases = new ArrayList<>();
        String head = "";
        List<String> problems = new ArrayList<>();
        List<String> lines =
                Files.readString(TABLE).replace("\n    ", " ").lines().toList();
        for (String line : Stream.concat(lines.stream(), Stream.of("end:")).toList()) {
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            if (line.startsWith("! ")) {
                problems.add(line.substring(2).replace("WRAPPERS", WRAPPERS));
                continue;
            }
            String[] message = head.split(":", 2);
            if (line.startsWith("= ")) {
                cases.add(new Case(message[0], message[1], List.of(), Optional.of(line.substring(2))));
                continue;
            }
            if (!problems.isEmpty()) {
                cases.add(new Case(message[0], message[1], List.copyOf(problems), Optional.empty()));
            }
            head = line;
            problems.clear();
        }
        return cases;
    }

    @ParameterizedTest
    @MethodSource("cases")
    void theRulesSayWhatTheTableSays(Case row) throws TextFormat.ParseException {
        DynamicMessage.Builder message = parsed(row, row.text());
        assertEquals(row.problems(), FieldRules.resolve(message));
        if (row.resolved().isPresent()) {
            DynamicMessage.Builder expected = parsed(row, row.resolved().get());
            assertEquals(expected.build(), message.build());
            assertTrue(FieldRules.resolve(message).isEmpty());
        }
    }

    private static DynamicMessage.Builder parsed(Case row, String text) throws TextFormat.ParseException {
        DynamicMessage.Builder message = DynamicMessage.newBuilder(MESSAGES.get(row.message()));
        TextFormat.merge(text, message);
        return message;
    }

    /** Finds every message that an experiment can have, by its name. */
    private static Map<String, Descriptor> messages(Descriptor type, Map<String, Descriptor> found) {
        if (found.putIfAbsent(type.getName(), type) == null) {
            type.getFields().stream()
                    .filter(field -> field.getJavaType() == JavaType.MESSAGE)
                    .forEach(field -> messages(field.getMessageType(), found));
        }
        return found;
    }
}
