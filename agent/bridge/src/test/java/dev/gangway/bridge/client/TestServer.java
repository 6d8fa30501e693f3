package dev.gangway.bridge.client;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A real private server that also offers {@code Odd-v0}, {@code Own-v0} and {@code Echo-v0}, and a client of it. */
final class TestServer implements AutoCloseable {
    final PrivateServer server;
    final EnvironmentClient client;

    private TestServer(PrivateServer server, StreamKind streams) {
        this.server = server;
        this.client = EnvironmentClient.connect(server, streams);
    }

    /** Starts a server and connects to it. */
    static TestServer start(String... arguments) {
        return start(StreamKind.AUTO, arguments);
    }

    /** Starts a server and connects to it, its sessions' streams of a kind. */
    static TestServer start(StreamKind streams, String... arguments) {
        PrivateServer server = PrivateServer.start(options(arguments));
        try {
            return new TestServer(server, streams);
        } catch (RuntimeException failed) {
            server.close();
            throw failed;
        }
    }

    /** Returns the options of a server with the odd environments. */
    static PrivateServerOptions options(String... arguments) {
        List<String> all = new ArrayList<>(List.of(
                "--import",
                "odd_environments",
                "--import",
                "echo_environment",
                "--allow",
                "*",
                "--allow-argument",
                "size",
                "--log-level",
                "warning"));
        all.addAll(List.of(arguments));
        return PrivateServerOptions.of(PythonRuntime.locate())
                .withModulePath(modules(), Path.of(System.getProperty("gangway.home"), "envserver-python", "tests"))
                .withArguments(all.toArray(String[]::new));
    }

    private static Path modules() {
        try {
            return Path.of(TestServer.class.getResource("odd_environments.py").toURI())
                    .getParent();
        } catch (URISyntaxException impossible) {
            throw new AssertionError(impossible);
        }
    }

    @Override
    public void close() {
        client.close();
        server.close();
    }
}
