package dev.gangway.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.gangway.bridge.client.PrivateServer;
import dev.gangway.bridge.client.PrivateServerOptions;
import dev.gangway.bridge.client.PythonRuntime;
import dev.gangway.testing.PythonScript;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Commands on environments whose numbers a network cannot take. */
@Tag("process")
class OddNumbersTest {
    private static final String EXPERIMENT = """
            environment { gymnasium { id: "odd/BadReward-v0" } }
            rollout { steps: 64 }
            policy { mlp { hidden: [8] } }
            estimator { gae {} value_function { hidden: [8] optimizer { adam { learning_rate: 1e-3 } } } }
            optimizer { adam { learning_rate: 1e-3 } }
            stop { max_env_steps: 640 }
            """;

    private static PrivateServer server;

    @TempDir
    private Path directory;

    @BeforeAll
    static void start() {
        server = PrivateServer.start(PrivateServerOptions.of(new PythonRuntime(PythonScript.python()))
                .withModulePath(Path.of(System.getProperty("gangway.home"), "agent", "src", "test", "python"))
                .withArguments("--import", "odd_numbers"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private Path run() {
        return directory.resolve("run");
    }

    private Gangway.Result train(String... settings) throws IOException {
        Path file = Files.writeString(directory.resolve("odd.textproto"), EXPERIMENT);
        List<String> command = new ArrayList<>(List.of("train", file.toString(), "--out", run().toString()));
        command.addAll(List.of("--server", server.awaitAddress().toString()));
        for (String setting : settings) {
            command.addAll(List.of("--set", setting));
        }
        return Gangway.run(command.toArray(String[]::new));
    }

    private JsonObject summary() throws IOException {
        return JsonParser.parseString(Files.readString(run().resolve("summary.json")))
                .getAsJsonObject();
    }

    @ParameterizedTest
    @CsvSource({"nan, NaN", "inf, Infinity", "-inf, -Infinity", "1e308, 1.0E308"})
    void aRewardThatIsNoNumberToLearnFromIsNamedOnTheScreenAndInTheSummary(String reward, String found)
            throws IOException {
        Gangway.Result result = train("environment.gymnasium.arguments[what]=\"" + reward + "\"");
        String cause =
                "odd/BadReward-v0: copy 0 gave reward " + found + " at step 20 of its episode: expected a finite";
        assertEquals(1, result.exitCode(), result.err());
        assertTrue(result.err().contains("gangway: " + cause), result.err());
        assertTrue(
                result.out().contains("failed after 256 environment steps")
                        && result.out().contains("mean return of the last 100 episodes 40.0"),
                result.out());
        assertEquals("failed", summary().get("stop_reason").getAsString());
        assertTrue(summary().get("failure").getAsString().startsWith(cause));
        assertEquals(40, summary().get("mean_return_last_100").getAsDouble());
        assertTrue(Files.exists(run().resolve("learning-curve.png")));
    }

    @Test
    void aFailureInTheFirstRolloutDoesNotSayThatNoEpisodeEnded() throws IOException {
        Gangway.Result result = train("environment.gymnasium.arguments[at]=50");
        assertTrue(result.err().contains("copy 0 gave reward NaN at step 10 of its episode"), result.err());
        assertTrue(result.out().contains("no rollout with the end of an episode was finished"), result.out());
        assertTrue(summary().get("mean_return_last_100").isJsonNull());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        NanObservation  | copy 0 gave an observation with NaN at element [1] at step 3 of its episode: expected a finite number
        HugeObservation | copy 0 gave an observation with 1.0E300 at element [0] at its reset: expected a finite number
        OutOfRange      | copy 0 gave an observation with 20 at step 20 of its episode: expected an integer from 0 to 19
        Empty           | Expected an observation of at least one number, found Box([], [], (0,), float32), which holds none
        """)
    void anObservationThatNoNetworkCanTakeIsNamed(String environment, String expected) throws IOException {
        Gangway.Result result = train("environment.gymnasium.id=odd/" + environment + "-v0");
        assertEquals(1, result.exitCode(), result.err());
        assertTrue(result.err().contains(expected), result.err());
        assertFalse(result.err().contains("learning rate"), result.err());
    }

    @ParameterizedTest
    @CsvSource({"WARN, 0", "OFF, 0", "REFUSE, 1"})
    void whatHappensOutsideOfTheSpaceIsTheExperimentsChoice(String check, int exitCode) throws IOException {
        Gangway.Result result = train(
                "environment.gymnasium.id=odd/OutOfBounds-v0",
                "environment.observation_check=OBSERVATION_CHECK_" + check);
        assertEquals(exitCode, result.exitCode(), result.err());
        assertEquals(
                exitCode == 1,
                result.err()
                        .contains("copy 0 gave an observation with 7.0 at element [1] at step 5 of its episode,"
                                + " outside of its space: expected -1.0 to 1.0 there"),
                result.err());
    }

    @Test
    void evaluationNamesSuchARewardToo() throws IOException {
        assertEquals(0, train("environment.gymnasium.arguments[at]=700").exitCode());
        Gangway.Result result = Gangway.run(
                "eval",
                run().toString(),
                "--episodes",
                "200",
                "--max-episode-steps",
                "40",
                "--server",
                server.awaitAddress().toString());
        assertEquals(1, result.exitCode(), result.err());
        assertTrue(result.err().contains("gave reward NaN at step "), result.err());
    }

    /** Returns how many multiplications by constants the graph of a policy of pictures has, whose run it trains. */
    private long multiplications(String scale, String normalization) throws IOException {
        String network = "{network {convolutions: [{filters: 2 kernel: 4 stride: 4}] hidden: [4] " + scale + "}}";
        Gangway.Result result = train(
                "environment.gymnasium.id=odd/Light-v0",
                "policy={cnn " + network + normalization + "}",
                "stop.max_env_steps=128");
        assertEquals(0, result.exitCode(), result.err());
        Path model = directory.resolve("policy.onnx");
        var unused = Gangway.done("export", run().toString(), "--format", "onnx", "--out", model.toString());
        String operation = "\"\3Mul"; // the type of a node: field 4, three letters
        return Pattern.compile(operation, Pattern.LITERAL)
                .matcher(new String(Files.readAllBytes(model), StandardCharsets.ISO_8859_1))
                .results()
                .count();
    }

    @ParameterizedTest
    @CsvSource({"'', ' normalize_observations {}', 1", "'', '', 1", "input_scale: 0.5, ' normalize_observations {}', 2"
    })
    void theExportedGraphScalesPicturesOnceUnlessAskedForMore(String scale, String normalization, int expected)
            throws IOException {
        assertEquals(expected, multiplications(scale, normalization));
    }
}
