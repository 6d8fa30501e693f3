package dev.gangway.testkit;

import dev.gangway.bridge.client.EnvironmentClient;
import dev.gangway.bridge.client.PrivateServer;
import dev.gangway.bridge.client.PrivateServerOptions;
import dev.gangway.bridge.client.PythonRuntime;
import dev.gangway.bridge.client.ServerAddress;
import dev.gangway.bridge.server.EnvironmentServer;
import dev.gangway.bridge.server.ServerOptions;
import dev.gangway.environment.provider.EnvironmentProvider;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Starts an environment server and a client of it before the first test of a class, and closes both after its last
 * test. Nested classes share the server.
 *
 * <p>The server is closed whatever the tests do. A server process also ends with this JVM, however the JVM ends.
 * Register the extension in a static field with {@link org.junit.jupiter.api.extension.RegisterExtension}.
 */
public final class EnvironmentServerExtension implements BeforeAllCallback, AfterAllCallback {
    private final Supplier<Started> starter;
    private Started started;
    private int users;

    /** A running server and its client. */
    private record Started(AutoCloseable server, EnvironmentClient client) {}

    private EnvironmentServerExtension(Supplier<Started> starter) {
        this.starter = starter;
    }

    /**
     * Returns an extension that starts a Python server with the interpreter that {@link PythonRuntime#locate} finds.
     *
     * @param arguments command-line arguments of {@code python -m gangway_envserver}, for example {@code "--import",
     *     "my_environments"}
     */
    public static EnvironmentServerExtension python(String... arguments) {
        return new EnvironmentServerExtension(() -> {
            PrivateServer server = PrivateServer.start(
                    PrivateServerOptions.of(PythonRuntime.locate()).withArguments(arguments));
            return connect(server, () -> EnvironmentClient.connect(server));
        });
    }

    /**
     * Returns an extension that starts a Java server in this process, which serves the environments of these providers.
     */
    public static EnvironmentServerExtension java(EnvironmentProvider... providers) {
        return new EnvironmentServerExtension(() -> {
            EnvironmentServer server = EnvironmentServer.start(ServerOptions.standard(), List.of(providers));
            return connect(
                    server,
                    () -> EnvironmentClient.connect(
                            ServerAddress.parse(server.address().toString())));
        });
    }

    private static Started connect(AutoCloseable server, Supplier<EnvironmentClient> connector) {
        try {
            return new Started(server, connector.get());
        } catch (RuntimeException failed) {
            close(server);
            throw failed;
        }
    }

    /**
     * Returns the client. It closes the environments that a test leaves open when it is closed itself.
     *
     * @throws IllegalStateException when no server is running, because the extension is not registered in a static
     *     field
     */
    public EnvironmentClient client() {
        if (started == null) {
            throw new IllegalStateException(
                    "Expected a running server, found none; register the extension in a static field");
        }
        return started.client();
    }

    @Override
    public synchronized void beforeAll(ExtensionContext context) {
        if (users++ == 0) {
            started = starter.get();
        }
    }

    @Override
    public synchronized void afterAll(ExtensionContext context) {
        if (--users == 0 && started != null) {
            started.client().close();
            close(started.server());
            started = null;
        }
    }

    private static void close(AutoCloseable server) {
        try {
            server.close();
        } catch (Exception failed) {
            throw new IllegalStateException("The server did not close: " + failed.getMessage(), failed);
        }
    }
}
