package dev.gangway.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.gangway.inference.checkpoint.CheckpointStore;
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
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How the program ends, as a process of its own with a private server. Windows has neither these signals nor Unix sockets. */
@Tag("process")
@DisabledOnOs(OS.WINDOWS)
class LifecycleTest {
    @TempDir
    private Path directory;

    private Path run() {
        return directory.resolve("run");
    }

    private Path metrics() {
        return run().resolve("metrics.csv");
    }

    private Child train() {
        return new Child(
                directory,
                List.of(),
                "train",
                Gangway.experiment("cartpole.textproto"),
                "--quiet",
                "--out",
                run().toString(),
                "--set",
                "stop={max_env_steps: 100000000}");
    }

    private long lastUpdate() {
        double[] updates = Gangway.column(metrics(), "update");
        return (long) updates[updates.length - 1];
    }

    private long checkpointedUpdates() {
        return CheckpointStore.read(run().resolve("checkpoint.pb"))
                .getCounters()
                .getUpdates();
    }

    enum Moment {
        SERVER_STARTS,
        SERVER_LISTENS,
        TRAINING
    }

    @ParameterizedTest
    @EnumSource(Moment.class)
    void anAgentThatIsKilledLeavesNoServerAndNoSocket(Moment moment) {
        try (Child agent = train()) {
            ProcessHandle server = agent.awaitServer();
            switch (moment) {
                case SERVER_STARTS -> {}
                case SERVER_LISTENS -> agent.awaitSocket();
                case TRAINING -> agent.awaitLines(metrics(), 3);
            }
            agent.signal("KILL");
            agent.awaitNothingLeft(server, Duration.ofSeconds(10));
        }
    }

    @Test
    void anAgentWhoseServerIsKilledSaysSoOnceAndLeavesAUsableRun() throws IOException {
        try (Child agent = train()) {
            ProcessHandle server = agent.awaitServer();
            agent.awaitLines(metrics(), 3);
            server.destroyForcibly();
            assertEquals(1, agent.awaitExit(Duration.ofSeconds(5)));
            agent.awaitNothingLeft(server, Duration.ofSeconds(1));
            assertTrue(
                    agent.err()
                            .matches("(?s)gangway: The environment server at unix:\\S+ went away: its process "
                                    + server.pid() + " ended with exit code 137 \\(signal 9, SIGKILL.*"),
                    agent.err());
            assertEquals(1, agent.err().split("went away", -1).length - 1, agent.err());
            assertFalse(agent.err().contains("\tat "), agent.err());
        }
        assertTrue(Files.exists(run().resolve("experiment.textproto")));
        assertTrue(Files.readString(run().resolve("summary.json")).contains("\"stop_reason\": \"failed\""));
        assertEquals(lastUpdate(), checkpointedUpdates());
        assertEquals(
                2,
                Gangway.done("eval", run().toString(), "--episodes", "2", "--json")
                        .json()
                        .get("episodes")
                        .getAsInt());
    }

    @ParameterizedTest
    @CsvSource({"INT, 130", "TERM, 143"})
    void aSignalEndsATrainingWithACheckpointAndASummaryAndAnEvaluationAtOnce(String signal, int exitCode) {
        try (Child agent = train()) {
            ProcessHandle server = agent.awaitServer();
            agent.awaitLines(metrics(), 3);
            agent.signal(signal);
            assertEquals(exitCode, agent.awaitExit(Duration.ofSeconds(10)));
            agent.awaitNothingLeft(server, Duration.ofSeconds(1));
            assertEquals("", agent.err());
            assertTrue(
                    agent.out().matches("CartPole-v1: interrupted after .*; run directory " + run() + "\\R"),
                    agent.out());
        }
        JsonObject summary = JsonParser.parseString(Child.read(run().resolve("summary.json")))
                .getAsJsonObject();
        assertEquals("interrupted", summary.get("stop_reason").getAsString());
        assertEquals(lastUpdate(), summary.get("updates").getAsLong());
        assertEquals(lastUpdate(), checkpointedUpdates());
        assertTrue(Files.exists(run().resolve("learning-curve.png")));
        assertTrue(Child.read(run().resolve("server.log")).contains("Listening on unix:"));

        try (Child agent = new Child(directory, List.of(), "eval", run().toString(), "--episodes", "10000000")) {
            ProcessHandle server = agent.awaitServer();
            agent.awaitSocket();
            agent.signal(signal);
            assertEquals(exitCode, agent.awaitExit(Duration.ofSeconds(5)));
            agent.awaitNothingLeft(server, Duration.ofSeconds(1));
            assertEquals("", agent.out() + agent.err());
        }
    }

    @Test
    void aTrainingWhoseEnvironmentDoesNotAnswerLeavesASummaryTooWhenItIsAskedToEnd() {
        try (Child agent = new Child(
                directory,
                List.of(),
                "train",
                Gangway.experiment("cartpole.textproto"),
                "--import",
                Path.of(System.getProperty("gangway.home"), "agent", "src", "test", "python", "stuck.py")
                        .toString(),
                "--out",
                run().toString(),
                "--set",
                "environment.gymnasium={id: 'Stuck-v0'}")) {
            ProcessHandle server = agent.awaitServer();
            agent.awaitFile(directory.resolve("tmp").resolve("stuck"));
            agent.signal("TERM");
            assertEquals(143, agent.awaitExit(Duration.ofSeconds(30)));
            agent.awaitNothingLeft(server, Duration.ofSeconds(1));
            assertTrue(
                    agent.out()
                            .matches("Stuck-v0: interrupted after 0 environment steps, .*; run directory " + run()
                                    + "\\R"),
                    agent.out());
        }
        JsonObject summary = JsonParser.parseString(Child.read(run().resolve("summary.json")))
                .getAsJsonObject();
        assertEquals("interrupted", summary.get("stop_reason").getAsString());
        assertEquals("Stuck-v0", summary.get("env_id").getAsString());
        assertEquals(0, summary.get("updates").getAsLong());
    }

    @ParameterizedTest
    @ValueSource(strings = {"TERM", "KILL"})
    void aServerInTheForegroundPrintsItsAddressAndEndsWithTheProgram(String signal) {
        try (Child serve = new Child(directory, List.of(), "serve", "--max-sessions", "3")) {
            ProcessHandle server = serve.awaitServer();
            serve.awaitLines(directory.resolve("out"), 1);
            JsonObject line = JsonParser.parseString(serve.out()).getAsJsonObject();
            String address = line.get("address").getAsString();
            assertEquals(server.pid(), line.get("pid").getAsLong());
            assertTrue(Gangway.done("envs", "--server", address).out().contains("CartPole-v1"));
            serve.signal(signal);
            assertEquals(signal.equals("TERM") ? 143 : 137, serve.awaitExit(Duration.ofSeconds(10)));
            serve.awaitNothingLeft(server, Duration.ofSeconds(10));
        }
    }

    @Test
    void serveRefusesItsServersWrongArgumentsWithTheServersExitCode() {
        try (Child serve = new Child(directory, List.of(), "serve", "--no-such-option")) {
            assertEquals(2, serve.awaitExit(Duration.ofSeconds(30)));
            assertTrue(serve.err().contains("unrecognized arguments: --no-such-option"), serve.err());
        }
    }

    @Test
    void aNativeRolloutLoadsNeitherOpenBlasNorGrpc() {
        try (Child rollout = new Child(
                directory,
                List.of("-Xlog:class+load:file=" + directory.resolve("classes")),
                "rollout",
                "CartPole-v1",
                "--native",
                "--seed=0",
                "--actions=0")) {
            assertEquals(0, rollout.awaitExit(Duration.ofSeconds(30)), rollout.err());
        }
        List<String> heavy = Child.read(directory.resolve("classes"))
                .lines()
                .filter(line -> line.contains(" org.nd4j.")
                        || line.contains(" org.bytedeco.")
                        || line.contains(" io.grpc.")
                        || line.contains(" org.slf4j."))
                .toList();
        assertEquals(List.of(), heavy);
        assertTrue(Child.read(directory.resolve("classes")).contains("dev.gangway.environment.local.NativeCartPole"));
    }
}
