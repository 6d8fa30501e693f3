package dev.gangway.bridge.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gangway.environment.EnvironmentException;
import dev.gangway.environment.ResetRequest;
import dev.gangway.environment.Tensor;
import dev.gangway.environment.VectorEnv;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Tag("process")
@Timeout(60)
class PrivateServerTest {
    private static final Tensor HANG = Tensor.ofLongs(new int[] {1}, 2);
    private static final Duration PROMPTLY = Duration.ofSeconds(5);

    @TempDir
    Path directory;

    @Test
    void closingLeavesNoProcessSocketDirectoryOrThread() throws InterruptedException {
        ProcessHandle process;
        Path socket;
        Set<Thread> before = gangwayThreads();
        try (PrivateServer server = PrivateServer.start(TestServer.options());
                EnvironmentClient client = EnvironmentClient.connect(server);
                VectorEnv env = client.open(RemoteEnvOptions.of("Odd-v0", 1))) {
            env.reset(ResetRequest.unseeded());
            process = ProcessHandle.of(server.pid()).orElseThrow();
            socket =
                    assertInstanceOf(ServerAddress.Unix.class, client.address()).path();
            assertTrue(Files.exists(socket));
            assertFalse(gangwayThreads().equals(before));
        }
        assertFalse(process.isAlive());
        assertFalse(Files.exists(socket.getParent()));
        for (Thread thread : gangwayThreads()) {
            if (!before.contains(thread)) {
                thread.join(PROMPTLY.toMillis());
                assertFalse(thread.isAlive(), thread::getName);
            }
        }
    }

    @Test
    void handsOnTheFoldersOfModulesAndNotWhatChangesTheInterpreter() {
        Map<String, String> environment = new HashMap<>(Map.of("PYTHONPATH", "/a:/b", "PYTHONHOME", "/c"));
        PrivateServer.prepare(environment, PrivateServerOptions.of(new PythonRuntime(Path.of("python3"))));
        assertEquals("/a:/b", environment.get("GANGWAY_MODULE_PATH"));
        assertFalse(environment.containsKey("PYTHONPATH"));
        assertFalse(environment.containsKey("PYTHONHOME"));
    }

    @Test
    void closingTwiceDoesNothingAndAClientMayOutliveTheServer() {
        PrivateServer server = PrivateServer.start(TestServer.options());
        EnvironmentClient client = EnvironmentClient.connect(server);
        VectorEnv env = client.open(RemoteEnvOptions.of("Odd-v0", 1));
        server.close();
        server.close();

        var error = assertThrows(ServerLostException.class, () -> env.reset(ResetRequest.unseeded()));

        assertTrue(error.getMessage().contains("this program has closed it"), error::getMessage);
        env.close();
        client.close();
        client.close();
    }

    @Test
    void theSocketIsInADirectoryOfItsOwnersOnly() throws IOException {
        try (PrivateServer server = PrivateServer.start(TestServer.options())) {
            Path socket = assertInstanceOf(ServerAddress.Unix.class, server.awaitAddress())
                    .path();

            assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(socket.getParent())));
        }
    }

    @Test
    void aKilledServerIsReportedWithinSecondsWithHowItEndedAndItsLog() throws IOException {
        Path log = directory.resolve("server.log");
        PrivateServer server =
                PrivateServer.start(TestServer.options("--log-level", "info").withLog(log));
        try (server;
                EnvironmentClient client = EnvironmentClient.connect(server)) {
            VectorEnv waiting = client.open(RemoteEnvOptions.of("Odd-v0", 1));
            VectorEnv leased = client.open(RemoteEnvOptions.of("Odd-v0", 1).withLease(Duration.ofMinutes(1)));
            waiting.reset(ResetRequest.unseeded());
            leased.reset(ResetRequest.unseeded());
            waiting.send(HANG);
            leased.send(HANG);
            long killed = System.nanoTime();
            ProcessHandle.of(server.pid()).orElseThrow().destroyForcibly();

            for (VectorEnv env : new VectorEnv[] {waiting, leased}) {
                var error = assertThrows(ServerLostException.class, env::receive);

                assertMessage(
                        error,
                        "The environment server at " + client.address() + " went away",
                        "its process " + server.pid() + " ended with exit code 137 (signal 9, SIGKILL",
                        "The last lines of its log of " + log,
                        "1 × Odd-v0");
            }
            assertThrows(ServerLostException.class, () -> client.open(RemoteEnvOptions.of("Odd-v0", 1)));
            waiting.close();
            leased.close();
            assertTrue(System.nanoTime() - killed < PROMPTLY.toNanos(), "all this took too long");
        }
        assertTrue(Files.readString(log).contains("Odd-v0"));
        Path socket = assertInstanceOf(ServerAddress.Unix.class, server.awaitAddress())
                .path();
        assertFalse(Files.exists(socket.getParent()), "what the killed server left behind is removed");
    }

    @Test
    void aServerInTheMiddleOfAnEndlessStepIsClosedAllTheSame() {
        PrivateServer server = PrivateServer.start(TestServer.options());
        EnvironmentClient client = EnvironmentClient.connect(server);
        VectorEnv env = client.open(RemoteEnvOptions.of("Odd-v0", 1));
        env.reset(ResetRequest.unseeded());
        env.send(HANG);
        ProcessHandle process = ProcessHandle.of(server.pid()).orElseThrow();
        long start = System.nanoTime();
        client.close();
        server.close();

        assertFalse(process.isAlive());
        assertTrue(System.nanoTime() - start < 2 * PROMPTLY.toNanos());
    }

    @Test
    void aServerThatDoesNotStartSaysWhy() {
        try (PrivateServer server = PrivateServer.start(TestServer.options("--import", "no_such_module"))) {
            var error = assertThrows(ServerLostException.class, () -> EnvironmentClient.connect(server));

            assertMessage(error, "did not start: its process", "exit code 1", "no_such_module", "ModuleNotFoundError");
        }
    }

    @Test
    void aServerThatKeepsSilentIsGivenUp() throws IOException {
        Path silent = directory.resolve("silent");
        Files.writeString(silent, "#!/bin/sh\necho warming up\nexec cat\n");
        Files.setPosixFilePermissions(silent, PosixFilePermissions.fromString("rwx------"));
        PrivateServerOptions options = PrivateServerOptions.of(new PythonRuntime(silent));
        try (PrivateServer server = PrivateServer.start(options.withStartTimeout(Duration.ofMillis(400)))) {
            var error = assertThrows(ServerLostException.class, server::awaitAddress);

            assertMessage(error, "did not listen within 400 ms", "warming up");
        }
    }

    @Test
    void aPythonThatIsNotThereIsAClearError() {
        Path nowhere = directory.resolve("python");
        var error = assertThrows(
                EnvironmentException.class,
                () -> PrivateServer.start(PrivateServerOptions.of(new PythonRuntime(nowhere))));

        assertMessage(error, "Could not start the environment server with " + nowhere);
    }

    @Test
    void theWorkingDirectoryAndPythonpathAreNoPlacesForModules() {
        // The server of every other test imports odd_environments, which only its module path makes known.
        PrivateServerOptions options =
                PrivateServerOptions.of(PythonRuntime.locate()).withArguments("--import", "odd_environments");
        try (PrivateServer server = PrivateServer.start(options)) {
            assertMessage(
                    assertThrows(ServerLostException.class, server::awaitAddress),
                    "No module named 'odd_environments'");
        }
    }

    @Test
    void aServerThatIsToldToStopSaysSoFirst() throws InterruptedException {
        try (TestServer real = TestServer.start();
                VectorEnv env = real.client.open(RemoteEnvOptions.of("Odd-v0", 1))) {
            env.reset(ResetRequest.unseeded());
            ProcessHandle process = ProcessHandle.of(real.server.pid()).orElseThrow();
            process.destroy();

            var error = assertThrows(ServerLostException.class, () -> {
                while (true) {
                    env.step(Tensor.ofLongs(new int[] {1}, 0));
                }
            });

            assertMessage(error, "stopped, as it had announced, and closed Odd-v0");
            process.onExit().orTimeout(PROMPTLY.toSeconds(), TimeUnit.SECONDS).join();
        }
    }

    private static Set<Thread> gangwayThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("gangway-"))
                .collect(Collectors.toSet());
    }

    private static void assertMessage(Exception error, String... parts) {
        for (String part : parts) {
            assertTrue(error.getMessage().contains(part), error::getMessage);
        }
    }
}
