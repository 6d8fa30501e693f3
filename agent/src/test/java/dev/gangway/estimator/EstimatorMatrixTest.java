package dev.gangway.estimator;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Descriptors.FieldDescriptor;
import dev.gangway.estimator.FiniteMdp.Trajectory;
import dev.gangway.estimator.MatrixCells.Cell;
import dev.gangway.estimator.MatrixCells.Setting;
import dev.gangway.experiment.ExperimentException;
import dev.gangway.experiment.ExperimentFile;
import dev.gangway.v1.EstimatorConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every choice of weights × baseline × discounting × averaging: E[ĝ] and Cov[ĝ] over every batch of two trajectories that
 * can be, against the same estimate written from its definition, and E[ĝ] against ∇J, or its known bias.
 */
class EstimatorMatrixTest {
    private static final double TOLERANCE = 1e-10;
    private static final int BATCH = 2;

    /** What no experiment can ask for, and why. */
    private static final String ADVANTAGES = "an advantage has its own baseline, V(s)";

    private static final String Q = "Q has its own baseline, action_value { advantage: true }";

    static Stream<Cell> cells() {
        return MatrixCells.all();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cells")
    void estimates(Cell cell) {
        for (Setting setting : MatrixCells.settings()) {
            List<Trajectory> trajectories = setting.trajectories();
            int parameters = setting.mdp().parameters();
            Exactly.Moments library = Exactly.moments(
                    parameters,
                    trajectories,
                    BATCH,
                    Exactly.library(setting.mdp(), cell.estimator(setting), cell.averaging()));
            Exactly.Moments naive =
                    Exactly.moments(parameters, trajectories, BATCH, columns -> cell.naive(setting, columns));
            assertArrayEquals(naive.mean(), library.mean(), TOLERANCE, setting::toString);
            for (int k = 0; k < parameters; k++) {
                assertArrayEquals(naive.covariance()[k], library.covariance()[k], TOLERANCE, setting::toString);
            }
            cell.known(setting, BATCH)
                    .ifPresent(known -> assertArrayEquals(known, library.mean(), TOLERANCE, setting::toString));
        }
    }

    @Test
    void everyChoiceOfTheSchemaIsInTheTableOrRefusedForAReason() {
        List<String> missing = new ArrayList<>();
        for (FieldDescriptor weights : choices("weights")) {
            for (FieldDescriptor baseline : choices("baseline")) {
                boolean computed = cells().anyMatch(cell -> word(cell.weights()).equals(weights.getName())
                        && word(cell.baseline()).equals(baseline.getName()));
                boolean alias = baseline.getName().equals("shared_value_function"); // V, wherever its parameters are
                boolean refused = !reason(weights.getName(), baseline.getName()).isEmpty();
                if (refused) {
                    assertRefused(weights.getName(), baseline.getName());
                }
                if (computed == refused && !(alias && !refused)) {
                    missing.add(weights.getName() + " × " + baseline.getName());
                }
            }
        }
        assertEquals(List.of(), missing);
    }

    @Test
    void everyDiscountingAndAveragingIsInTheTable() {
        Set<String> found = cells().map(cell -> cell.discounting() + " " + cell.averaging())
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(Discounting.values().length * Averaging.values().length, found.size());
        assertEquals(cells().count(), cells().map(Cell::toString).distinct().count(), "two cells have one name");
    }

    /** Why an experiment cannot combine them; empty when it can. */
    private static String reason(String weights, String baseline) {
        boolean ofState = baseline.equals("value_function") || baseline.equals("shared_value_function");
        return switch (weights) {
            case "total_return", "reward_to_go" -> "";
            case "action_value" -> baseline.equals("no_baseline") ? "" : Q;
            default -> ofState ? "" : ADVANTAGES;
        };
    }

    private static void assertRefused(String weights, String baseline) {
        String optimizer = "optimizer { sgd { learning_rate: 1 } }";
        String settings = switch (baseline) {
            case "constant_baseline" -> "value: 1";
            case "value_function" -> optimizer;
            default -> "";
        };
        String choice = switch (weights) {
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
                """.formatted(weights, choice, baseline, settings, optimizer);
        ExperimentException refusal = assertThrows(
                ExperimentException.class, () -> ExperimentFile.parse(text, "matrix.textproto", List.of()), text);
        assertTrue(refusal.getMessage().contains("estimator." + weights), refusal.getMessage());
    }

    private static List<FieldDescriptor> choices(String oneof) {
        return EstimatorConfig.getDescriptor().getOneofs().stream()
                .filter(choice -> choice.getName().equals(oneof))
                .findFirst()
                .orElseThrow()
                .getFields();
    }

    private static String word(String name) {
        return name.split(" ", -1)[0];
    }
}
