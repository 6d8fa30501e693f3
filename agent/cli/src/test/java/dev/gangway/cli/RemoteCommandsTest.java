package dev.gangway.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.gangway.bridge.client.PrivateServer;
import dev.gangway.bridge.client.PrivateServerOptions;
import dev.gangway.bridge.client.PythonRuntime;
import dev.gangway.testing.PythonScript;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands on Gymnasium's environments, by {@code --server}. */
@Tag("process")
class RemoteCommandsTest {
    private static PrivateServer server;
    private static String address;

    @TempDir
    private Path directory;

    @BeforeAll
    static void start() {
        server = PrivateServer.start(PrivateServerOptions.of(PythonRuntime.locate()));
        address = server.awaitAddress().toString();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static String[] remote(String... command) {
        return Gangway.join(List.of(command), "--server", address);
    }

    private static Gangway.Result rollout(String id, String... more) {
        return Gangway.run(Gangway.join(List.of(remote("rollout", id, "--seed", "3")), more));
    }

    private static List<String> text(List<String> lines) {
        return lines.stream().filter(line -> !line.startsWith("{")).toList();
    }

    private static JsonObject line(Gangway.Result result, int t) {
        return JsonParser.parseString(result.lines().get(t)).getAsJsonObject();
    }

    private String[] train(String name, String... more) {
        return Gangway.join(
                List.of(remote(
                        "train",
                        Gangway.experiment("cartpole.textproto"),
                        "--quiet",
                        "--out",
                        directory.resolve(name).toString())),
                more);
    }

    @ParameterizedTest
    @CsvSource({"0, '0,1'", "42, '1,1,0,0,0,1'", "7, '0'"})
    void rolloutPrintsTheSameLinesNativeAndRemote(String seed, String actions) {
        String[] command = {"rollout", "CartPole-v1", "--seed", seed, "--actions", actions};
        List<String> lines = Gangway.done(remote(command)).lines();
        assertEquals(Gangway.done(Gangway.join(List.of(command), "--native")).lines(), lines);
        assertTrue(lines.size() > 5, "lines: " + lines.size());
        assertTrue(lines.get(lines.size() - 1).contains("\"terminated\":true"));
    }

    @Test
    void rolloutTellsATruncatedEpisodeFromATerminatedOne() {
        Gangway.Result result = rollout("MountainCar-v0", "--actions", "0,1");
        assertEquals(0, result.exitCode(), result.err());
        assertEquals(201, result.lines().size());
        JsonObject last = line(result, 200);
        assertEquals(200, last.get("t").getAsInt());
        assertTrue(last.get("truncated").getAsBoolean());
        assertFalse(last.get("terminated").getAsBoolean());
        assertFalse(line(result, 199).get("truncated").getAsBoolean());
    }

    @Test
    void rolloutTakesTheActionsOfABox() {
        Gangway.Result result = rollout("Pendulum-v1", "--actions", "1.5;-2", "--steps", "3");
        assertEquals(0, result.exitCode(), result.err());
        assertEquals(4, result.lines().size());
        assertEquals(3, line(result, 0).get("observation").getAsJsonArray().size());
        assertTrue(line(result, 0).get("reward").isJsonNull());
        assertTrue(line(result, 1).get("reward").getAsDouble() < 0);
        assertNotEquals(
                result.lines().get(1),
                rollout("Pendulum-v1", "--actions", "-1.5", "--steps", "3")
                        .lines()
                        .get(1));

        Gangway.Result wrong = rollout("Pendulum-v1", "--actions", "1,2");
        assertEquals(2, wrong.exitCode());
        assertTrue(wrong.err().startsWith("gangway: Expected 1 number(s) per step for Box("), wrong.err());
    }

    @Test
    void rolloutPrintsADiscreteObservationAsANumber() {
        Gangway.Result result = rollout("FrozenLake-v1", "--actions", "2,1");
        assertEquals(0, result.exitCode(), result.err());
        assertEquals(0, line(result, 0).get("observation").getAsInt());
        assertTrue(line(result, 0).get("observation").isJsonPrimitive());
        assertTrue(line(result, result.lines().size() - 1).get("terminated").getAsBoolean());
        assertEquals(result.out(), rollout("FrozenLake-v1", "--actions", "2,1").out());
    }

    @Test
    void anUnknownIdFailsWithTheNearestNames() {
        for (String command : List.of("rollout", "describe")) {
            Gangway.Result result = command.equals("rollout")
                    ? rollout("CartPol-v1", "--actions", "0")
                    : Gangway.run(remote("describe", "CartPol-v1"));
            assertEquals(1, result.exitCode());
            assertTrue(
                    result.err().startsWith("gangway: ")
                            && result.err().contains("CartPol-v1")
                            && result.err().contains("CartPole-v1"),
                    result.err());
            assertEquals("", result.out());
        }
        assertEquals(1, rollout("os:CartPole-v1", "--actions", "0").exitCode());
    }

    @Test
    void anActionThatTheEnvironmentRefusesFailsWithItsWords() {
        Gangway.Result result = rollout("CartPole-v1", "--actions", "0,7");
        assertEquals(2, result.exitCode());
        assertTrue(result.err().contains("found 7 in step 1"), result.err());
    }

    @ParameterizedTest
    @ValueSource(strings = {"unix:/nonexistent/socket", "127.0.0.1:1"})
    void aServerThatIsNotThereFailsWithItsAddress(String nowhere) {
        Gangway.Result result = Gangway.run("envs", "--server", nowhere);
        assertEquals(1, result.exitCode());
        assertTrue(
                result.err().startsWith("gangway: ")
                        && result.err().contains(nowhere)
                        && !result.err().contains("\tat "),
                result.err());
    }

    @Test
    void envsListsWhatTheServerOffers() {
        List<String> lines = Gangway.done(remote("envs")).lines();
        assertTrue(lines.get(0).matches("id +max steps +solved at +installed"), lines.get(0));
        assertTrue(lines.stream().anyMatch(line -> line.matches("CartPole-v1 +500 +475\\.0 +yes")), lines.toString());
        assertTrue(lines.stream().anyMatch(line -> line.matches("Pendulum-v1 +200 +– +yes")), lines.toString());
    }

    @Test
    void envsListsOnlyIdsWithThePartAskedForAndSaysWhereToAskWhatIsMissing() {
        List<String> lines = Gangway.done(remote("envs", "cartpole-V")).lines();
        assertEquals(
                List.of("CartPole-v0", "CartPole-v1", "phys2d/CartPole-v0", "phys2d/CartPole-v1"),
                lines.subList(1, 5).stream().map(line -> line.split(" ", 2)[0]).toList());
        assertEquals(
                List.of("", "'gangway describe ID' says what one that is not installed lacks."),
                lines.subList(5, lines.size()));
        assertEquals(2, Gangway.done(remote("envs", "acrobot")).lines().size());
        Gangway.Result none = Gangway.run(remote("envs", "no-such"));
        assertEquals(2, none.exitCode());
        assertTrue(none.err().contains("the server has no id with 'no-such' in it"), none.err());
    }

    @Test
    void describePrintsSpacesLimitsAndMetadata() {
        assertEquals(
                List.of(
                        "id                 Acrobot-v1",
                        "action space       Discrete(3)",
                        "max episode steps  500",
                        "reward threshold   -100.0",
                        "nondeterministic   no",
                        "render modes       human, rgb_array",
                        "frames per second  15.0"),
                Gangway.done(remote("describe", "Acrobot-v1")).lines().stream()
                        .filter(line -> !line.startsWith("observation space  Box("))
                        .toList());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void sameSeedSameMetricsOverTheWire(int lanes) {
        String[] setting = {
            "--set", "environment.copies=4", "--set", "environment.lanes=" + lanes, "--set", "stop={max_env_steps: 800}"
        };
        Gangway.done(train("first", setting));
        Gangway.done(train("again", setting));
        List<List<String>> first =
                Gangway.table(directory.resolve("first/metrics.csv"), "wall_seconds", "env_steps_per_second");
        assertTrue(first.size() > 3, "rows: " + first.size());
        assertEquals(
                first, Gangway.table(directory.resolve("again/metrics.csv"), "wall_seconds", "env_steps_per_second"));
        assertEquals(
                Gangway.table(directory.resolve("first/episodes.csv")),
                Gangway.table(directory.resolve("again/episodes.csv")));
    }

    @ParameterizedTest
    @CsvSource({"FrozenLake-v1, '2,1,0,2'", "Taxi-v4, '0,1,2,3'", "Blackjack-v1, 1"})
    void rolloutPrintsTheTextThatGymnasiumDraws(String id, String actions) {
        Gangway.Result result = rollout(id, "--actions", actions, "--steps", "12", "--text");
        if (id.equals("Blackjack-v1")) {
            assertEquals(1, result.exitCode());
            assertTrue(result.err().contains("is 'ansi': expected one that the environment offers"), result.err());
            return;
        }
        String expected = new String(PythonScript.run("ansi_reference.py", id, "3", actions, "12"), UTF_8);
        assertEquals(expected.lines().toList(), text(result.lines()));
        assertEquals(
                rollout(id, "--actions", actions, "--steps", "12").lines(),
                result.lines().stream().filter(line -> line.startsWith("{")).toList());
    }

    @Test
    void watchPrintsAnEpisodeAsText() {
        String run = directory.resolve("lake").toString();
        Gangway.done(train(
                "lake", "--set", "environment.gymnasium={id: 'FrozenLake-v1'}", "--set", "stop={max_env_steps: 200}"));
        List<String> lines = Gangway.done(remote("watch", run, "--text")).lines();
        Matcher summary = Pattern.compile("FrozenLake-v1: return [01]\\.0 in (\\d+) steps")
                .matcher(lines.get(lines.size() - 1));
        assertTrue(summary.matches(), lines.toString());
        String first = new String(PythonScript.run("ansi_reference.py", "FrozenLake-v1", "0", "0", "0"), UTF_8);
        List<String> start = first.strip().lines().toList();
        assertEquals(start, lines.subList(lines.indexOf(start.get(0)), start.size() + lines.indexOf(start.get(0))));
        long states = lines.stream().filter(line -> line.startsWith("  (")).count() + 1; // the reset's has no action
        assertEquals(Integer.parseInt(summary.group(1)) + 1, states, lines.toString());
        assertEquals(2, Gangway.run(remote("watch", run)).exitCode());
        assertEquals(
                2,
                Gangway.run(remote("watch", run, "--text", "--gif", run + "/film.gif"))
                        .exitCode());
    }

    @Test
    void aTrainedAgentIsEvaluatedAndFilmedOnGymnasium() throws IOException {
        String run = directory.resolve("run").toString();
        Gangway.done(train("run", "--set", "stop={max_env_steps: 1000}"));
        JsonObject summary = JsonParser.parseString(Files.readString(directory.resolve("run/summary.json")))
                .getAsJsonObject();
        assertTrue(summary.get("gymnasium_version").getAsString().matches("[0-9]+\\..*"), summary.toString());
        assertEquals("max_env_steps", summary.get("stop_reason").getAsString());
        assertFalse(Files.exists(directory.resolve("run/server.log")), "only a private server's log belongs here");

        JsonObject greedy =
                Gangway.done(remote("eval", run, "--episodes", "15", "--json")).json();
        assertEquals(15, greedy.get("episodes").getAsInt());
        Path gif = directory.resolve("film.gif");
        Gangway.done(remote("watch", run, "--gif", gif.toString()));
        Films.assertFilm(gif, 600, 400);
    }

    @Test
    void anEnvironmentWithoutALimitIsPlayedWithOneOfGangwaysWhichIsSaid() {
        String run = directory.resolve("cliff").toString();
        Gangway.done(train(
                "cliff",
                "--set",
                "environment.gymnasium={id: 'CliffWalking-v1', max_episode_steps: -1}",
                "--set",
                "policy.linear_softmax={}",
                "--set",
                "stop={max_env_steps: 200}"));
        String said =
                "gangway: CliffWalking-v1 has no limit of its own on the steps of an episode: episodes are cut after"
                        + " 10,000 steps; --max-episode-steps or max_episode_steps sets another limit";
        Gangway.Result eval = Gangway.done(remote("eval", run, "--episodes", "1", "--json"));
        assertEquals(said, eval.err().strip());
        assertEquals(10_000, eval.json().get("mean_length").getAsDouble(), "the untrained policy walks into walls");
        Gangway.Result limited =
                Gangway.done(remote("eval", run, "--episodes", "2", "--max-episode-steps", "30", "--json"));
        assertEquals("", limited.err());
        assertTrue(limited.json().get("mean_length").getAsDouble() <= 30, limited.out());
        assertEquals(
                "",
                Gangway.done(remote("watch", run, "--text", "--max-episode-steps", "5"))
                        .err());
        Gangway.Result gradients = Gangway.run(remote("gradients", run + "/experiment.textproto"));
        assertEquals(2, gradients.exitCode());
        assertTrue(
                gradients.err().contains("expected --set environment.gymnasium.max_episode_steps=N"), gradients.err());
    }

    @ParameterizedTest
    @CsvSource({
        "VECTORIZATION_MODE_SYNC, AUTORESET_MODE_SAME_STEP",
        "VECTORIZATION_MODE_ASYNC, AUTORESET_MODE_SAME_STEP",
        "VECTORIZATION_MODE_VECTOR_ENTRY_POINT, AUTORESET_MODE_NEXT_STEP"
    })
    void evaluationEvalAndWatchStepAsTheExperimentDoes(String vectorization, String autoreset) throws IOException {
        Gangway.Result trained = Gangway.done(train(
                "run",
                "--set",
                "environment.gymnasium.vectorization_mode=" + vectorization,
                "--set",
                "environment.autoreset_mode=" + autoreset,
                "--set",
                "environment.copies=4",
                "--set",
                "evaluation={every_env_steps: 300 episodes: 6}",
                "--set",
                "stop={max_env_steps: 500}"));
        assertEquals("", trained.err());
        String run = directory.resolve("run").toString();
        JsonObject best = JsonParser.parseString(Files.readString(directory.resolve("run/summary.json")))
                .getAsJsonObject()
                .getAsJsonObject("best_policy");
        Gangway.Result eval = Gangway.done(remote("eval", run, "--episodes", "6", "--best", "--json"));
        assertEquals("", eval.err());
        assertEquals(best.get("mean_return"), eval.json().get("mean_return"));
        Path gif = directory.resolve("film.gif");
        Gangway.Result watch = Gangway.done(remote("watch", run, "--gif", gif.toString()));
        assertEquals("", watch.err(), "one copy could not be drawn");
        Films.assertFilm(gif, 600, 400);
    }

    @Test
    void trainAndEvalUseTheWrappersOfTheExperiment() {
        String wrappers =
                "environment.gymnasium.wrappers=[{normalize_observation {}}, {time_limit {max_episode_steps: 6}},"
                        + " {transform_reward {scale: 2}}, {transform_reward {offset: 0.5}}]";
        Gangway.done(train("wrapped", "--set", "stop.max_env_steps=1000", "--set", wrappers));
        Path run = directory.resolve("wrapped");
        for (double episodeReturn : Gangway.column(run.resolve("episodes.csv"), "return")) {
            assertEquals(6 * 2.5, episodeReturn, 1e-9);
        }
        Gangway.Result eval = Gangway.done(remote("eval", run.toString(), "--episodes", "3", "--json"));
        assertEquals(6 * 2.5, eval.json().get("mean_return").getAsDouble(), 1e-9);
        assertTrue(eval.err().contains("normalize_observation"), eval.err());
        assertTrue(eval.err().contains("fresh statistics"), eval.err());
    }
}
