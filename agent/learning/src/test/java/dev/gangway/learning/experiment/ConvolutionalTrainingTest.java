package dev.gangway.learning.experiment;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gangway.bridge.client.EnvironmentClient;
import dev.gangway.bridge.client.PrivateServer;
import dev.gangway.bridge.client.PrivateServerOptions;
import dev.gangway.bridge.client.PythonRuntime;
import dev.gangway.inference.policy.PolicySnapshot;
import dev.gangway.learning.rollout.TrajectoryBatch;
import dev.gangway.testing.PythonScript;
import dev.gangway.v1.Checkpoint;
import dev.gangway.v1.Experiment;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Trains convolutional networks on the server tests' images, of 30 × 40 pixels in colour. */
@Tag("process")
class ConvolutionalTrainingTest {
    private static final String LAYERS =
            "convolutions: [{filters: 4 kernel: 5 stride: 4}, {filters: 6 kernel: 3 stride: 2}] hidden: [16]";

    private static PrivateServer server;
    private static EnvironmentClient client;

    @BeforeAll
    static void start() {
        server = PrivateServer.start(PrivateServerOptions.of(new PythonRuntime(PythonScript.python()))
                .withModulePath(Path.of(System.getProperty("gangway.home"), "envserver-python", "tests"))
                .withArguments("--import", "screen_environment"));
        client = EnvironmentClient.connect(server);
    }

    @AfterAll
    static void stop() {
        client.close();
        server.close();
    }

    private static Experiment experiment(String layout) {
        return Experiments.cartPole(
                "environment.gymnasium={id: 'test/Screen-v0'}",
                "environment.copies=2",
                "rollout.steps=16",
                "policy.cnn={network: {" + LAYERS + " layout: IMAGE_LAYOUT_" + layout + "}}",
                "estimator.value_function.cnn={" + LAYERS + "}");
    }

    @Test
    void bothNetworksLearnAndACheckpointsPolicyIsTheTrainedOne() {
        Experiment experiment = experiment("CHANNELS_LAST");
        try (Lanes lanes = Lanes.open(experiment.getEnvironment(), client::open)) {
            Checkpoint untrained =
                    Experiments.train(experiment, lanes, 0).training.checkpoint();
            Experiments.Log log = Experiments.train(experiment, lanes, 2);
            Checkpoint trained = log.training.checkpoint();
            assertEquals(2, log.progress.updates());
            assertTrue(log.updates.get(1).step().entropy() > 0);
            assertEquals(8, trained.getPolicyCount(), "weights and biases of four layers");
            for (int i = 0; i < 8; i++) {
                String name = trained.getPolicy(i).getName();
                assertNotEquals(untrained.getPolicy(i), trained.getPolicy(i), name);
                assertNotEquals(untrained.getValueFunction(i), trained.getValueFunction(i), name);
            }

            TrajectoryBatch batch = log.updates.get(1).rollout().batch();
            float[] expected = outputs(log.training.policy().snapshot(), batch);
            assertArrayEquals(
                    expected, outputs(Checkpoints.policy(trained, lanes.spec()).snapshot(), batch));
            assertNotEquals(expected[0], expected[2], "different images, different outputs");
        }
    }

    @Test
    void filtersThatAreLargerThanTheImageAreRefused() {
        Experiment experiment = experiment("CHANNELS_FIRST");
        try (Lanes lanes = Lanes.open(experiment.getEnvironment(), client::open)) {
            String message = assertThrows(
                            IllegalArgumentException.class, () -> ExperimentTraining.of(experiment, lanes))
                    .getMessage();
            assertTrue(message.startsWith("policy.cnn: "), message);
        }
    }

    private static float[] outputs(PolicySnapshot policy, TrajectoryBatch batch) {
        float[] outputs = new float[batch.rows() * 2];
        policy.network().forward(batch.features(), batch.rows(), outputs);
        return outputs;
    }
}
