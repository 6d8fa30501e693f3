package dev.gangway.learning.experiment;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gangway.bridge.client.EnvironmentClient;
import dev.gangway.bridge.client.PrivateServer;
import dev.gangway.bridge.client.PrivateServerOptions;
import dev.gangway.bridge.client.PythonRuntime;
import dev.gangway.environment.EnvSpec;
import dev.gangway.environment.EnvironmentException;
import dev.gangway.environment.StepResult;
import dev.gangway.environment.Tensor;
import dev.gangway.testing.PythonScript;
import dev.gangway.v1.Experiment;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every experiment file of the checkout, and lanes of every kind. */
@Tag("process")
class ExperimentsTest {
    private static PrivateServer server;
    private static EnvironmentClient client;

    @BeforeAll
    static void start() {
        server = PrivateServer.start(PrivateServerOptions.of(new PythonRuntime(PythonScript.python())));
        client = EnvironmentClient.connect(server);
    }

    @AfterAll
    static void stop() {
        client.close();
        server.close();
    }

    static Stream<String> files() {
        return Experiments.all().keySet().stream();
    }

    @Test
    void theMainExperimentsAreThere() {
        Map<String, Experiment> all = Experiments.all();
        assertTrue(all.get("cartpole.textproto").getEnvironment().hasGymnasium());
        assertTrue(all.get("cartpole-native.textproto").getEnvironment().hasNative());
    }

    @Test
    void theNativeMainExperimentHasTheLearnerOfTheOther() {
        Map<String, Experiment> all = Experiments.all();
        assertEquals(
                all.get("cartpole.textproto").toBuilder().clearEnvironment().build(),
                all.get("cartpole-native.textproto").toBuilder()
                        .clearEnvironment()
                        .build());
    }

    @ParameterizedTest
    @MethodSource("files")
    void runsThreeUpdates(String file) {
        Experiment experiment = Experiments.all().get(file);
        try (Lanes lanes = Lanes.open(experiment.getEnvironment(), client::open)) {
            assertEquals(3, Experiments.train(experiment, lanes, 3).progress.updates());
        }
    }

    @Test
    void copiesAreSharedEvenlyAmongLanes() {
        Experiment experiment = Experiments.cartPole(
                "environment.gymnasium={id: 'CartPole-v1'}", "environment.copies=6", "environment.lanes=3");
        try (Lanes lanes = Lanes.open(experiment.getEnvironment(), client::open)) {
            assertEquals(3, lanes.envs().size());
            assertTrue(lanes.envs().stream().allMatch(env -> env.copies() == 2));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "SYNC, SAME_STEP",
        "SYNC, NEXT_STEP",
        "ASYNC, SAME_STEP",
        "VECTOR_ENTRY_POINT, NEXT_STEP",
        "LOOP, NEXT_STEP",
    })
    void trainsInEveryWayThatGymnasiumStepsCopies(String vectorization, String autoreset) {
        Experiment experiment = Experiments.cartPole(
                "environment.gymnasium={id: 'CartPole-v1' vectorization_mode: VECTORIZATION_MODE_" + vectorization
                        + "}",
                "environment.autoreset_mode=AUTORESET_MODE_" + autoreset,
                "environment.copies=4",
                "environment.lanes=2");
        try (Lanes lanes = Lanes.open(experiment.getEnvironment(), client::open)) {
            assertEquals(autoreset, lanes.envs().get(1).autoresetMode().name());
            Experiments.Log log = Experiments.train(experiment, lanes, 3);
            assertEquals(3, log.progress.updates());
            assertTrue(log.episodes.size() > 4);
        }
    }

    @Test
    void aVectorImplementationThatResetsInTheNextStepIsRefusedForAnother() {
        Experiment experiment = Experiments.cartPole("environment.gymnasium={id: 'CartPole-v1' vectorization_mode: "
                + "VECTORIZATION_MODE_VECTOR_ENTRY_POINT}");
        var error =
                assertThrows(EnvironmentException.class, () -> Lanes.open(experiment.getEnvironment(), client::open));
        assertTrue(error.getMessage().contains("has NEXT_STEP in its metadata"), error::getMessage);
    }

    @Test
    void constructorArgumentsAndTheTimeLimitReachGymnasium() {
        Experiment experiment = Experiments.cartPole(
                "environment.gymnasium={id: 'FrozenLake-v1' max_episode_steps: 7 arguments: "
                        + "{key: 'map_name' value: {text: '8x8'}}}",
                "environment.copies=1");
        try (Lanes lanes = Lanes.open(experiment.getEnvironment(), client::open)) {
            EnvSpec spec = lanes.spec();
            assertEquals("Discrete(64)", spec.observationSpace().toString());
            assertEquals(7, spec.maxEpisodeSteps().orElseThrow());
        }
    }

    @Test
    void theNativeEnvironmentsSettingsReachIt() {
        Experiment experiment = Experiments.cartPole(
                "environment.native.cart_pole={max_episode_steps: 3 sutton_barto_reward: true}",
                "environment.copies=1");
        try (Lanes lanes = Lanes.open(experiment.getEnvironment(), client::open)) {
            var env = lanes.envs().get(0);
            env.reset(dev.gangway.environment.ResetRequest.seeded(0, 1));
            Tensor left = Tensor.ofLongs(new int[] {1}, 0);
            assertEquals(0, env.step(left).rewards()[0]);
            env.step(left);
            StepResult third = env.step(left);
            assertTrue(third.truncated()[0] && !third.terminated()[0]);
        }
    }

    @Test
    void aPolicyThatCannotActInTheEnvironmentIsRefusedByField() {
        Experiment three = Experiments.cartPole(
                "environment.gymnasium={id: 'Acrobot-v1'}", "policy.linear_logistic={}", "environment.copies=1");
        Experiment box = Experiments.cartPole(
                "environment.gymnasium={id: 'Pendulum-v1'}", "policy.linear_softmax={}", "environment.copies=1");
        for (Map.Entry<Experiment, String> entry : Map.of(
                        three, "policy.linear_logistic: Expected a Discrete action space of exactly 2 actions",
                        box, "policy.linear_softmax: Expected a Discrete action space")
                .entrySet()) {
            try (Lanes lanes = Lanes.open(entry.getKey().getEnvironment(), client::open)) {
                String message = assertThrows(
                                IllegalArgumentException.class, () -> ExperimentTraining.of(entry.getKey(), lanes))
                        .getMessage();
                assertTrue(message.startsWith(entry.getValue()), message);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"LOG_STD_PARAMETER", "LOG_STD_NETWORK"})
    void aGaussianPolicyTrainsOnTheActionsItDrewAndIsReadBack(String logStd) {
        Experiment experiment = Experiments.cartPole(
                "environment.gymnasium={id: 'Pendulum-v1'}",
                "environment.copies=2",
                "policy.gaussian={initial_log_std: 1.5 log_std: " + logStd + "}");
        try (Lanes lanes = Lanes.open(experiment.getEnvironment(), client::open)) {
            Experiments.Log log = Experiments.train(experiment, lanes, 2);
            float largest = 0;
            for (float action : log.updates.get(0).rollout().batch().actions()) {
                largest = Math.max(largest, Math.abs(action));
            }
            assertTrue(largest > 4, "the batch holds what was drawn; the torque that was sent is at most 2");

            float[] features = {0.5f, -0.5f, 3, 1, 0, -7};
            float[] expected = new float[2];
            log.training.policy().snapshot().act(features, 2, new SplittableRandom(1), expected);
            float[] read = new float[2];
            Checkpoints.policy(log.training.checkpoint(), lanes.spec())
                    .snapshot()
                    .act(features, 2, new SplittableRandom(1), read);
            assertArrayEquals(expected, read);
        }
    }
}
