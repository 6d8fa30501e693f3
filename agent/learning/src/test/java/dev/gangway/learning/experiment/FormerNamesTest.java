package dev.gangway.learning.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import dev.gangway.v1.Experiment;
import dev.gangway.v1.RuleProto;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class FormerNamesTest {
    /** The comment and the name are no fields of earlier versions; the second line is one. */
    private static final String FILE = """
            name: "normalize_weights"  # normalize_weights: true
            estimator { gae {} value_function { optimizer { sgd { learning_rate: 1 } } } normalize_weights: true }
            environment { native { cart_pole {} } }
            rollout { steps: 64 }
            policy { mlp {} }
            optimizer { adam { learning_rate: 5e-3 } }
            stop { max_env_steps: 1000 }
            """;

    private static String error(String text, String... overrides) {
        return assertThrows(
                        ExperimentException.class,
                        () -> ExperimentFile.parse(text, "test.textproto", List.of(overrides)))
                .getMessage();
    }

    @Test
    void aFileWithAFormerNameIsRefusedWithTheNameOfNow() {
        String error = error(FILE + "estimator { }");
        assertTrue(
                error.contains("line 2, column 78: estimator.normalize_weights is called"
                        + " estimator.normalize_advantages now"),
                error);
        assertEquals(1, error.lines().filter(line -> line.contains("is called")).count(), error);
    }

    @Test
    void anOverrideWithAFormerNameIsRefusedWithTheNameOfNow() {
        String today = FILE.replace("normalize_weights: true }", "}");
        String field = error(today, "estimator.normalize_weights=true");
        assertTrue(field.contains("estimator.normalize_weights is called estimator.normalize_advantages now"), field);
        String choice = error(today, "estimator.weights={gae {}}");
        assertTrue(choice.contains("estimator.weights is called estimator.advantage now"), choice);
    }

    @Test
    void aRunOfAnEarlierVersionIsReadUnderItsFormerNames() {
        String today = FILE.replace("normalize_weights: true }", "normalize_advantages: true }");
        assertNotEquals(FILE, today);
        assertEquals(
                ExperimentFile.parseResolved(today, "test.textproto"),
                ExperimentFile.parseResolved(FILE, "test.textproto"));
        assertTrue(ExperimentFile.parseResolved(FILE, "test.textproto")
                .getEstimator()
                .getNormalizeAdvantages());
    }

    @Test
    void noFormerNameCanBeGivenToAnotherField() {
        for (Descriptor type : messages(Experiment.getDescriptor(), new HashSet<>())) {
            List<String> former = Stream.concat(
                            type.getFields().stream()
                                    .flatMap(field ->
                                            field
                                                    .getOptions()
                                                    .getExtension(RuleProto.rule)
                                                    .getFormerNamesList()
                                                    .stream()),
                            type.getRealOneofs().stream()
                                    .flatMap(choice ->
                                            choice
                                                    .getOptions()
                                                    .getExtension(RuleProto.choice)
                                                    .getFormerNamesList()
                                                    .stream()))
                    .sorted()
                    .toList();
            assertEquals(
                    former,
                    type.toProto().getReservedNameList().stream().sorted().toList(),
                    type.getFullName());
        }
    }

    private static Set<Descriptor> messages(Descriptor type, Set<Descriptor> found) {
        if (found.add(type)) {
            type.getFields().stream()
                    .filter(field -> field.getJavaType() == JavaType.MESSAGE)
                    .map(FieldDescriptor::getMessageType)
                    .forEach(each -> messages(each, found));
        }
        return found;
    }
}
