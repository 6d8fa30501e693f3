package dev.gangway.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.gangway.bridge.client.EnvironmentClient;
import dev.gangway.bridge.client.RemoteEnvOptions;
import dev.gangway.bridge.client.ServerAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a user may do with the private server that a command starts: own modules, any argument, wrappers. */
@Tag("process")
@DisabledOnOs(OS.WINDOWS)
class PrivateServerCommandsTest {
    private static final Path MODULE =
            Path.of(System.getProperty("gangway.home"), "envserver-python", "tests", "private_environments.py");
    private static final String NESTED = """
            arguments {
              key: "config"
              value { dict {
                entries { key: "reward" value { dict { entries { key: "step" value { floating: -2.5 } } } } }
                entries { key: "lanes" value { list { values { integer: 1 } values { none {} } } } }
              } }
            }
            """;

    @TempDir
    private Path directory;

    /** Writes an experiment of which the module lies beside it. */
    private String experiment(String id, String settings) throws IOException {
        for (String name : List.of("private_environments.py", "private_neighbour.py")) {
            Files.copy(MODULE.resolveSibling(name), directory.resolve(name));
        }
        String text = """
                environment {
                  gymnasium { id: "%s" imports: "private_environments.py" max_episode_steps: 9 %s }
                  copies: 2
                }
                rollout { episodes: 4 }
                policy { mlp { hidden: [4] } }
                estimator { discount: 0.9 reward_to_go {} }
                optimizer { sgd { learning_rate: 0.1 } }
                stop { max_env_steps: 32 }
                """.formatted(id, settings);
        return Files.writeString(directory.resolve("own.textproto"), text).toString();
    }

    private static JsonObject step(Gangway.Result result, int t) {
        return JsonParser.parseString(result.lines().get(t)).getAsJsonObject();
    }

    private static double reward(Gangway.Result result) {
        return step(result, 1).get("reward").getAsDouble();
    }

    @Test
    void rolloutTakesNestedArgumentsFromTheCommandLine() {
        String[] command = {"rollout", "private/Configured-v0", "--import", MODULE.toString(), "--seed", "1"};
        String[] actions = Gangway.join(List.of(command), "--actions", "0", "--allow-argument", "config");
        assertEquals(0.25, reward(Gangway.done(actions)));
        String config = "config={\"reward\": {\"step\": -2.5}, \"more\": [1, 2.5, true, null, \"x:y\", {}]}";
        assertEquals(-2.5, reward(Gangway.done(Gangway.join(List.of(actions), "--argument", config))));
    }

    @Test
    void rolloutTakesTheEnvironmentOfAnExperiment() throws IOException {
        String file = experiment("private/Configured-v0", NESTED);
        String[] command = {"rollout", file, "--seed", "1", "--actions", "0"};
        assertEquals(-2.5, reward(Gangway.done(command)));
        assertEquals(4, Gangway.done(command).lines().size());
        String[] shortened = Gangway.join(List.of(command), "--set", "environment.gymnasium.max_episode_steps=2");
        assertEquals(3, Gangway.done(shortened).lines().size());
        String[] wrapped = Gangway.join(List.of(command), "--wrapper", "clip_reward { min_reward: -1 }");
        assertEquals(-1, reward(Gangway.done(wrapped)));
        String[] replaced = Gangway.join(List.of(command), "--argument", "config={\"reward\": {\"step\": 3}}");
        assertEquals(3, reward(Gangway.done(replaced)));
    }

    @Test
    void describeTakesTheEnvironmentOfAnExperimentToo() throws IOException {
        String file = experiment("private/Named-v0", "");
        String described = Gangway.done("describe", file, "--argument", "env_name=push-v3", "--argument", "level=a/b")
                .out();
        assertTrue(described.contains("id                 private/Named-v0"), described);
        assertTrue(described.contains("max episode steps  9"), described);
        String[] stacked = {
            "describe",
            "CartPole-v1",
            "--set",
            "environment.gymnasium.max_episode_steps=7",
            "--wrapper",
            "frame_stack_observation { stack_size: 3 }"
        };
        described = Gangway.done(stacked).out();
        assertTrue(described.contains("max episode steps  7"), described);
        assertTrue(described.contains("(3, 4)"), described);
        String nativeOne = Gangway.done("describe", Gangway.experiment("cartpole-native.textproto"))
                .out();
        assertTrue(nativeOne.contains("max episode steps  500"), nativeOne);
    }

    @Test
    void anExperimentsImportsServeTrainingAndWhatComesAfterIt() throws IOException {
        String file = experiment("private/Configured-v0", NESTED);
        String run = directory.resolve("run").toString();
        Gangway.done("train", file, "--quiet", "--out", run, "--argument", "config={\"reward\": {\"step\": 2}}");
        JsonObject summary = JsonParser.parseString(Files.readString(Path.of(run, "summary.json")))
                .getAsJsonObject();
        assertEquals(6, summary.get("mean_return_last_100").getAsDouble());
        assertEquals(
                6,
                Gangway.done("eval", run, "--episodes", "2", "--json")
                        .json()
                        .get("mean_return")
                        .getAsDouble());
        String gradients = Gangway.done("gradients", file, "--batches", "2", "--episodes", "4")
                .out();
        assertTrue(gradients.startsWith("private/Configured-v0"), gradients);
    }

    @Test
    void importsAreRefusedWithSomebodyElsesServer() throws IOException {
        String file = experiment("private/Named-v0", "");
        for (String command : List.of("describe", "train", "gradients")) {
            Gangway.Result result = Gangway.run(command, file, "--server", "unix:/nowhere");
            assertEquals(2, result.exitCode());
            assertTrue(
                    result.err().contains("environment.gymnasium.imports: expected only with a private server"),
                    result.err());
        }
        Files.delete(directory.resolve("private_environments.py"));
        Gangway.Result missing = Gangway.run("describe", file);
        assertEquals(2, missing.exitCode());
        assertTrue(
                missing.err().contains("environment.gymnasium.imports: expected a module's name or a Python file"),
                missing.err());
    }

    @ParameterizedTest
    @CsvSource({
        "--import, x, CartPole-v1, --server",
        "--allow, x, CartPole-v1, --server",
        "--allow-argument, x, CartPole-v1, --server",
        "--max-copies, 3, CartPole-v1, --server",
        "--max-workers, 3, CartPole-v1, --server",
        "--max-workers, 3, native, Gymnasium environment"
    })
    void optionsOfThePrivateServerAreRefusedWhereThereIsNone(String option, String value, String target, String part) {
        String[] command = target.equals("native")
                ? new String[] {"describe", Gangway.experiment("cartpole-native.textproto")}
                : new String[] {"describe", target, "--server", "unix:/nowhere"};
        Gangway.Result result = Gangway.run(Gangway.join(List.of(command), option, value));
        assertEquals(2, result.exitCode());
        assertTrue(result.err().startsWith("gangway: " + option + ": expected only with a "), result.err());
        assertTrue(result.err().contains(part), result.err());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "config=None | write null",
                "config={\"a\": True} | expected JSON",
                "config={\"a\": 1} 2 | not JSON at column 11",
                "config | found no \"=\" after a key",
            })
    void anArgumentThatCannotBeReadIsNamed(String argument, String part) {
        Gangway.Result result = Gangway.run("describe", "CartPole-v1", "--argument", argument);
        assertEquals(2, result.exitCode());
        assertTrue(result.err().startsWith("gangway: --argument config"), result.err());
        assertTrue(result.err().contains(part), result.err());
    }

    @Test
    void settingsBesideTheEnvironmentAndWrongWrappersAreNamed() {
        Gangway.Result beside = Gangway.run("describe", "CartPole-v1", "--set", "seed=3");
        assertEquals(2, beside.exitCode());
        assertTrue(beside.err().contains("found one of seed"), beside.err());
        Gangway.Result range =
                Gangway.run("describe", "CartPole-v1", "--set", "environment.gymnasium.max_episode_steps=-2");
        assertEquals(2, range.exitCode());
        assertTrue(range.err().contains("environment.gymnasium.max_episode_steps: expected"), range.err());
        Gangway.Result wrapper = Gangway.run("describe", "CartPole-v1", "--wrapper", "frame_stak {}");
        assertEquals(2, wrapper.exitCode());
        assertTrue(wrapper.err().contains("unknown field frame_stak"), wrapper.err());
    }

    @Test
    void anUnknownIdSaysHowAModuleIsImported() {
        Gangway.Result result = Gangway.run("describe", "private/Configurd-v0", "--import", MODULE.toString());
        assertEquals(1, result.exitCode());
        assertTrue(result.err().contains("private/Configured-v0"), result.err());
        assertTrue(result.err().contains("add `--import MODULE` to the command"), result.err());
    }

    @Test
    void addHandsPackagesToTheSetUpOfTheCheckout() throws IOException {
        Path home = directory.resolve("home");
        Path setup = Files.createDirectories(home.resolve("envserver-python")).resolve("setup");
        Files.writeString(setup, "#!/bin/sh\nprintf '%s\\n' \"$@\"\nexit 3\n");
        assertTrue(setup.toFile().setExecutable(true));
        try (Child add = new Child(
                directory, List.of("-Dgangway.home=" + home), "add", "--venv", "own", "highway-env", "./a.whl")) {
            assertEquals(3, add.awaitExit(Duration.ofSeconds(60)));
            assertEquals("--venv\nown\n--add\nhighway-env\n./a.whl\n", add.out());
        }
    }

    @Test
    void serveImportsAFileAsOtherCommandsDo() throws IOException {
        try (Child server = new Child(directory, List.of(), "serve", "--import", MODULE.toString())) {
            server.awaitLines(directory.resolve("out"), 1);
            String address = JsonParser.parseString(server.out())
                    .getAsJsonObject()
                    .get("address")
                    .getAsString();
            try (EnvironmentClient client = EnvironmentClient.connect(ServerAddress.parse(address))) {
                assertEquals(
                        "private/Named-v0",
                        client.describe(RemoteEnvOptions.of("private/Named-v0", 1))
                                .id());
            }
        }
    }
}
