package dev.gangway.learning.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gangway.bridge.client.EnvironmentClient;
import dev.gangway.bridge.client.PrivateServer;
import dev.gangway.bridge.client.PrivateServerOptions;
import dev.gangway.bridge.client.PythonRuntime;
import dev.gangway.learning.rollout.Episode;
import dev.gangway.learning.rollout.Rollout;
import dev.gangway.learning.rollout.TrajectoryBatch;
import dev.gangway.testing.PythonScript;
import dev.gangway.v1.Experiment;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Trains on real Gymnasium environments whose actions are nested, bounded or masked. */
@Tag("process")
class ActionSpacesTest {
    private static PrivateServer server;
    private static EnvironmentClient client;

    @BeforeAll
    static void startServer() throws URISyntaxException {
        Path module = Path.of(
                ActionSpacesTest.class.getResource("structured_environment.py").toURI());
        server = PrivateServer.start(PrivateServerOptions.of(PythonRuntime.locate())
                .withModulePath(module.getParent())
                .withArguments("--import", "structured_environment"));
        client = EnvironmentClient.connect(server);
    }

    @AfterAll
    static void stopServer() {
        client.close();
        server.close();
    }

    @ParameterizedTest
    @CsvSource({"SQUASH_NONE, ACTION_MASK_NONE", "SQUASH_TANH, ACTION_MASK_INFO"})
    void everyPartOfAStructuredActionIsLearnt(String squash, String mask) {
        Rollouts seen = train("""
            environment { gymnasium { id: "Structured-v0" } copies: 16 }
            rollout { steps: 8 }
            policy { mlp { hidden: [16] } gaussian { initial_log_std: -0.5 squash: %s } action_mask: %s }
            estimator { td {} value_function { optimizer { adam { learning_rate: 2e-2 } } } normalize_advantages: true }
            optimizer { adam { learning_rate: 2e-2 } }
            stop { max_env_steps: 15000 }
            """.formatted(squash, mask));
        int window = 500;
        double before = seen.meanReturn(0, window);
        double after = seen.meanReturn(seen.episodes.size() - window, window);
        // By chance: 1/3 + about 0.4 + 1/2 + 1/3, or 1 for the gear under masks; at best nearly 4.
        assertTrue(before < 2.5 && after > 3.2, "mean return from " + before + " to " + after);
    }

    @Test
    void taxiUnderMasksNeverTakesAForbiddenAction() {
        String[] allowed = new String(PythonScript.run("taxi_masks.py"), StandardCharsets.UTF_8).split("\n", -1);
        Rollouts seen = train("""
            environment { gymnasium { id: "Taxi-v4" } copies: 4 }
            rollout { steps: 64 }
            policy { linear_softmax {} action_mask: ACTION_MASK_INFO }
            estimator { gae {} value_function { hidden: [16] optimizer { adam { learning_rate: 1e-2 } } } }
            optimizer { adam { learning_rate: 5e-2 } }
            stop { max_env_steps: 4000 }
            """);
        int forbidden = 0;
        for (TrajectoryBatch batch : seen.batches) {
            for (int row = 0; row < batch.rows(); row++) {
                String mask = allowed[state(batch, row)];
                assertEquals('1', mask.charAt((int) batch.actions()[row]), "action in row " + row);
                for (int k = 0; k < 6; k++) {
                    float expected = mask.charAt(k) == '1' ? 0 : Float.NEGATIVE_INFINITY;
                    assertEquals(expected, batch.decisions().masks()[6 * row + k], "mask in row " + row);
                    forbidden += mask.charAt(k) == '1' ? 0 : 1;
                }
                assertTrue(batch.rewards()[row] > -10, "an illegal pickup or drop-off costs 10");
            }
        }
        assertTrue(forbidden > 1000 && seen.episodes.size() > 10, forbidden + " forbidden actions");
    }

    /** The environment raises when a forbidden action arrives. */
    @Test
    void masksInObservationsAreObeyedAndNotSeenByTheNetworks() {
        Rollouts seen = train("""
            environment { gymnasium { id: "Masked-v0" } copies: 8 lanes: 2 }
            rollout { steps: 16 }
            policy { linear_softmax {} action_mask: ACTION_MASK_OBSERVATION normalize_observations {} }
            estimator { gae {} value_function { hidden: [8] optimizer { adam { learning_rate: 1e-2 } } } }
            optimizer { adam { learning_rate: 5e-2 } }
            stop { max_env_steps: 6000 }
            """);
        for (TrajectoryBatch batch : seen.batches) {
            assertEquals(3, batch.featureSize());
            for (int row = 0; row < batch.rows(); row++) {
                assertEquals(
                        0, batch.decisions().masks()[3 * row + (int) batch.actions()[row]], "the action of row " + row);
            }
        }
        double last = seen.meanReturn(seen.episodes.size() - 50, 50);
        assertTrue(last > 8, "mean return " + last + " of 10, 5 by chance");
    }

    @Test
    void settingsWithoutEffectAreRefused() {
        refused("policy { mlp {} gaussian { initial_log_std: -1 } }", "policy.gaussian", "Discrete(2)");
        refused("policy { linear_softmax {} gaussian { squash: SQUASH_TANH } }", "policy.gaussian");
        refused("policy { linear_logistic {} action_mask: ACTION_MASK_INFO }", "masked", "Discrete(2)");
        refused("policy { mlp {} action_mask: ACTION_MASK_OBSERVATION }", "the key \"action_mask\"", "Box(");
        refused(
                "policy { mlp {} action_mask: ACTION_MASK_INFO }",
                "info[\"action_mask\"]",
                "leave policy.action_mask out");
    }

    private static void refused(String policy, String... mentioned) {
        String message = assertThrows(IllegalArgumentException.class, () -> train(policy + """
            environment { gymnasium { id: "CartPole-v1" } copies: 2 }
            rollout { steps: 8 }
            estimator { td {} value_function { optimizer { adam { learning_rate: 1e-2 } } } }
            optimizer { adam { learning_rate: 1e-2 } }
            stop { max_env_steps: 64 }
            checkpoint { reset_environments: false }
            """))
                .getMessage();
        for (String part : mentioned) {
            assertTrue(message.contains(part), message);
        }
    }

    private static int state(TrajectoryBatch batch, int row) {
        int state = 0;
        while (batch.features()[row * batch.featureSize() + state] == 0) {
            state++;
        }
        return state;
    }

    private static Rollouts train(String text) {
        Experiment experiment = ExperimentFile.parse(text, "test.textproto", List.of());
        try (Lanes lanes = Lanes.open(experiment.getEnvironment(), client::open)) {
            Rollouts seen = new Rollouts();
            ExperimentTraining.of(experiment, lanes).run(seen, () -> false);
            return seen;
        }
    }

    /** Everything that was collected. */
    private static final class Rollouts implements TrainingObserver {
        final List<TrajectoryBatch> batches = new ArrayList<>();
        final List<Episode> episodes = new ArrayList<>();

        @Override
        public void started(Progress progress) {}

        @Override
        public void rolledOut(Rollout rollout, Progress progress) {
            batches.add(rollout.batch());
            episodes.addAll(rollout.episodes());
        }

        @Override
        public void updated(Update update, Progress progress) {}

        double meanReturn(int from, int count) {
            return episodes.subList(from, from + count).stream()
                    .mapToDouble(Episode::episodeReturn)
                    .average()
                    .orElseThrow();
        }
    }
}
