package dev.gangway.learning.estimator;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Descriptors.FieldDescriptor;
import dev.gangway.learning.estimator.MatrixCells.Batch;
import dev.gangway.learning.estimator.MatrixCells.Cell;
import dev.gangway.learning.estimator.MatrixCells.Computation;
import dev.gangway.learning.estimator.MatrixCells.Definition;
import dev.gangway.learning.estimator.MatrixCells.Setting;
import dev.gangway.learning.estimator.NaiveEstimate.Form;
import dev.gangway.learning.experiment.ExperimentException;
import dev.gangway.learning.experiment.ExperimentFile;
import dev.gangway.learning.learner.Objective;
import dev.gangway.learning.policy.Policy;
import dev.gangway.learning.rollout.TrajectoryBatch;
import dev.gangway.testkit.exact.Columns;
import dev.gangway.v1.EstimatorConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every choice of weights × baseline × discounting × γ, on every batch that can be of each of {@link MatrixCells}' shapes: the
 * library's estimate, with its own scores, averaging, normalisation, control variate and entropy bonus, against the same
 * written from its definition, batch by batch; and its expectation against ∇J, or its known bias.
 *
 * <p>Of each batch the plain sum and one of the other forms are compared, in turn, so that every cell meets all of them.
 */
@Tag("slow")
class EstimatorMatrixTest {
    private static final double TOLERANCE = 1e-10;
    /** Dividing by a deviation of 1e−8 or less enlarges rounding. */
    private static final double NORMALIZED_TOLERANCE = 1e-7;

    /** What no experiment can ask for, and why. */
    private static final String ADVANTAGES = "an advantage has its own baseline, V(s)";

    private static final String Q = "Q has its own baseline, action_value { advantage: true }";
    private static final List<Setting> SETTINGS = MatrixCells.settings();
    private static final List<Form> FORMS = MatrixCells.forms();

    static Stream<Cell> cells() {
        return MatrixCells.all();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cells")
    void estimates(Cell cell) {
        for (Setting setting : SETTINGS) {
            if (cell.fits(setting)) {
                assertEstimates(cell, setting);
            }
        }
    }

    private static void assertEstimates(Cell cell, Setting setting) {
        Computation computation = cell.on(setting);
        GradientEstimator estimator = computation.estimator();
        double[] mean = new double[setting.mdp().parameters()];
        double probability = 0;
        int next = 0;
        for (Batch batch : setting.batches()) {
            Weights weights = estimator.weights(batch.batch());
            Definition definition = computation.definition(batch.columns());
            double[] plain = library(computation.policy(), MatrixCells.PLAIN, batch.batch(), weights);
            assertArrayEquals(definition.estimate(MatrixCells.PLAIN), plain, TOLERANCE, setting::toString);
            Form form = FORMS.get(next++ % FORMS.size());
            assertArrayEquals(
                    definition.estimate(form),
                    library(computation.policy(), form, batch.batch(), weights),
                    form.normalized() ? NORMALIZED_TOLERANCE : TOLERANCE,
                    () -> setting + " " + form);
            probability += batch.probability();
            for (int k = 0; k < mean.length; k++) {
                mean[k] += batch.probability() * plain[k];
            }
        }
        assertEquals(1, probability, 1e-12, setting::toString);
        cell.known(setting).ifPresent(known -> assertArrayEquals(known, mean, TOLERANCE, setting::toString));
    }

    private static double[] library(Policy policy, Form form, TrajectoryBatch batch, Weights weights) {
        Objective objective =
                new Objective(policy, form.normalized(), form.averaging(), form.entropy(), Optional.empty());
        return objective.gradient(batch, objective.prepared(weights)).gradient();
    }

    @Test
    void everyChoiceOfTheSchemaIsInTheTableOrRefusedForAReason() {
        List<String> missing = new ArrayList<>();
        for (FieldDescriptor advantage : choices("advantage")) {
            for (FieldDescriptor baseline : choices("baseline")) {
                boolean computed = cells().anyMatch(cell -> word(cell.weights()).equals(advantage.getName())
                        && word(cell.baseline()).equals(baseline.getName()));
                boolean alias = baseline.getName().equals("shared_value_function"); // V, wherever its parameters are
                boolean refused =
                        !reason(advantage.getName(), baseline.getName()).isEmpty();
                if (refused) {
                    assertRefused(advantage.getName(), baseline.getName());
                }
                if (computed == refused && !(alias && !refused)) {
                    missing.add(advantage.getName() + " × " + baseline.getName());
                }
            }
        }
        assertEquals(List.of(), missing);
    }

    @Test
    void everyDiscountingAveragingAndShapeIsInTheTable() {
        assertEquals(
                Set.of(Discounting.values()), cells().map(Cell::discounting).collect(Collectors.toSet()));
        assertEquals(
                Set.of(Averaging.values()), FORMS.stream().map(Form::averaging).collect(Collectors.toSet()));
        assertEquals(cells().count(), cells().map(Cell::toString).distinct().count(), "two cells have one name");
        assertTrue(SETTINGS.stream().allMatch(setting -> setting.batches().size() >= FORMS.size()));
        List<TrajectoryBatch> batches = SETTINGS.stream()
                .flatMap(setting -> setting.batches().stream())
                .map(Batch::batch)
                .toList();
        assertTrue(batches.stream().anyMatch(batch -> batch.timeInEpisode()[0] > 0), "a start within an episode");
        assertTrue(batches.stream().anyMatch(batch -> batch.validRows() < batch.rows()), "columns of two lengths");
        assertTrue(
                batches.stream().anyMatch(batch -> batch.finals().rows().length > batch.copies()),
                "several episodes in a column");
        assertTrue(
                SETTINGS.stream()
                        .flatMap(setting -> setting.batches().stream())
                        .flatMap(batch -> batch.columns().stream())
                        .map(Columns.Column::steps)
                        .anyMatch(steps -> !steps.get(steps.size() - 1).ends()),
                "a cut");
    }

    /** Why an experiment cannot combine them; empty when it can. */
    private static String reason(String advantage, String baseline) {
        boolean ofState = baseline.equals("value_function") || baseline.equals("shared_value_function");
        return switch (advantage) {
            case "total_return", "reward_to_go" -> "";
            case "action_value" -> baseline.equals("no_baseline") ? "" : Q;
            default -> ofState ? "" : ADVANTAGES;
        };
    }

    private static void assertRefused(String advantage, String baseline) {
        String optimizer = "optimizer { sgd { learning_rate: 1 } }";
        String settings = switch (baseline) {
            case "constant_baseline" -> "value: 1";
            case "value_function" -> optimizer;
            default -> "";
        };
        String choice = switch (advantage) {
            case "n_step" -> "steps: 2";
            case "action_value" -> "function { " + optimizer + " }";
            default -> "";
        };
        String text = """
                environment { native { cart_pole {} } }
                rollout { episodes: 4 }
                policy { mlp {} }
                estimator { %s { %s } %s { %s } }
                %s
                stop { max_env_steps: 1 }
                """.formatted(advantage, choice, baseline, settings, optimizer);
        ExperimentException refusal = assertThrows(
                ExperimentException.class, () -> ExperimentFile.parse(text, "matrix.textproto", List.of()), text);
        assertTrue(refusal.getMessage().contains("estimator." + advantage), refusal.getMessage());
    }

    /** The choices but those that providers make, which their authors hold to the exact gradient. */
    private static List<FieldDescriptor> choices(String oneof) {
        return EstimatorConfig.getDescriptor().getOneofs().stream()
                .filter(choice -> choice.getName().equals(oneof))
                .flatMap(choice -> choice.getFields().stream())
                .filter(field -> !field.getMessageType().getName().equals("Custom"))
                .toList();
    }

    private static String word(String name) {
        return name.split(" ", -1)[0];
    }
}
