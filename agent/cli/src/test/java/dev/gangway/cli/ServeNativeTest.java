package dev.gangway.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.gangway.bridge.client.EnvironmentClient;
import dev.gangway.bridge.client.RemoteEnvOptions;
import dev.gangway.bridge.client.RemoteEnvironmentException;
import dev.gangway.bridge.client.ServerAddress;
import dev.gangway.bridge.client.ServerLostException;
import dev.gangway.environment.ResetRequest;
import dev.gangway.environment.Tensor;
import dev.gangway.environment.VectorEnv;
import dev.gangway.testing.Await;
import dev.gangway.v1.FailureReason;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The Java server as a process of its own. */
@Tag("process")
@DisabledOnOs(OS.WINDOWS)
class ServeNativeTest {
    private static final Duration TIME = Duration.ofSeconds(60);

    @TempDir
    private Path directory;

    private Child serve(String... arguments) {
        String[] all = new String[arguments.length + 1];
        all[0] = "serve-native";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        return new Child(directory, List.of(), all);
    }

    private JsonObject announcement(Child server) {
        server.awaitLines(directory.resolve("out"), 1);
        return JsonParser.parseString(server.out()).getAsJsonObject();
    }

    private ServerAddress address(Child server) {
        return ServerAddress.parse(announcement(server).get("address").getAsString());
    }

    @Test
    void announcesAPrivateSocketAndDrainsOnSigterm() throws Exception {
        try (Child server = serve()) {
            JsonObject announcement = announcement(server);
            assertTrue(announcement.keySet().containsAll(List.of("gangway_envserver", "incarnation", "pid")));
            Path socket = ((ServerAddress.Unix) address(server)).path();
            assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(socket.getParent())));
            try (EnvironmentClient client = EnvironmentClient.connect(address(server));
                    VectorEnv env = client.open(RemoteEnvOptions.of("CartPole-v1", 1))) {
                env.reset(ResetRequest.seeded(1, 1));
                server.signal("TERM");
                awaitDraining(client);
                env.step(Tensor.ofLongs(new int[] {1}, 0)); // a client that is attached may go on for a while
            }
            assertEquals(0, server.awaitExit(TIME));
            assertFalse(Files.exists(socket.getParent()));
        }
    }

    private static void awaitDraining(EnvironmentClient client) {
        Await.until("the server to drain", TIME, () -> {
            try {
                client.open(RemoteEnvOptions.of("CartPole-v1", 1)).close();
                return false;
            } catch (RemoteEnvironmentException refused) {
                return refused.reason() == FailureReason.FAILURE_REASON_DRAINING;
            } catch (ServerLostException opened) {
                return false; // at the very moment of the signal, and not attached yet
            }
        });
    }

    @Test
    void aSecondServerDoesNotStealASocketAndADeadServersSocketIsTaken() {
        Path socket = directory.resolve("private").resolve("socket");
        String listen = "unix:" + socket;
        try (Child first = serve("--listen", listen)) {
            address(first);
            Gangway.Result second = Gangway.run("serve-native", "--listen", listen);
            assertEquals(1, second.exitCode());
            assertTrue(second.err().contains("A live server (process "), second::err);
            try (EnvironmentClient client = EnvironmentClient.connect(address(first))) {
                assertEquals("CartPole-v1", client.listEnvironments().get(0).id());
            }
            first.signal("KILL");
            assertEquals(137, first.awaitExit(TIME));
        }
        assertTrue(Files.exists(socket));
        try (Child second = serve("--listen", listen)) {
            address(second);
            second.signal("INT");
            assertEquals(0, second.awaitExit(TIME));
        }
        assertFalse(Files.exists(socket));
    }

    @Test
    void anAddressThatOthersReachNeedsTheFlag() {
        Gangway.Result refused = Gangway.run("serve-native", "--listen", "0.0.0.0:0");
        assertEquals(1, refused.exitCode());
        assertTrue(refused.err().contains("--insecure-remote allows it"), refused::err);
    }

    @Test
    void endsWithItsParent() {
        try (Child server = serve("--listen", "127.0.0.1:0", "--exit-with-parent")) {
            assertTrue(address(server).toString().startsWith("127.0.0.1:"));
            server.closeInput();
            assertEquals(0, server.awaitExit(TIME));
        }
    }

    @Test
    void conformanceReportsAndFails() {
        try (Child server = serve("--listen", "127.0.0.1:0")) {
            String address = address(server).toString();
            Gangway.Result good = Gangway.done("conformance", address, "--copies", "2");
            assertTrue(good.out().contains("  pass  a half-closed stream ends with OK"), good::out);
            Gangway.Result bad = Gangway.run("conformance", address, "--environment", "Other-v0");
            assertEquals(1, bad.exitCode());
            assertTrue(bad.out().contains("  FAIL  "), bad::out);
        }
    }
}
