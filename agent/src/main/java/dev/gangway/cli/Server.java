package dev.gangway.cli;

import dev.gangway.env.remote.EnvironmentClient;
import dev.gangway.env.remote.PrivateServer;
import dev.gangway.env.remote.PrivateServerOptions;
import dev.gangway.env.remote.PythonRuntime;
import dev.gangway.env.remote.ServerAddress;
import dev.gangway.env.remote.StreamKind;
import dev.gangway.v1.EnvironmentConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The environment server of one command: the one that {@code --server} names, or private ones, a process for each lane
 * as long as there are processors. It is connected to when a client is first asked for, so a command that needs none
 * starts none.
 */
final class Server implements Supplier<EnvironmentClient>, AutoCloseable {
    private final Optional<ServerAddress> address;
    private final StreamKind streams;
    private final List<String> imports;
    private final Optional<Path> log;
    private final Duration exitGrace;
    private final List<PrivateServer> privateServers = new ArrayList<>();
    private List<EnvironmentClient> clients = List.of();
    private int asked;

    /**
     * Makes one; nothing is started yet.
     *
     * @param address of a running server; empty for a private one
     * @param streams how steps travel
     * @param imports modules that register environments in a private server, each a name or a file NAME.py
     * @param log where a private server's log goes
     * @param exitGrace how long a private server outlives a signal that ends this program
     */
    Server(
            Optional<ServerAddress> address,
            StreamKind streams,
            List<String> imports,
            Optional<Path> log,
            Duration exitGrace) {
        if (address.isPresent() && !imports.isEmpty()) {
            throw new UsageException(
                    "--import: expected only with a private server, found --server; the server's operator imports modules",
                    null);
        }
        this.address = address;
        this.streams = streams;
        this.imports = imports;
        this.log = log;
        this.exitGrace = exitGrace;
    }

    /**
     * Starts what a training or an evaluation will need: private servers, unless the environment is native or a server
     * is named, and, while those get ready, ND4J.
     *
     * <p>In one process lanes would take turns, because Python's interpreter runs one thread at a time.
     */
    void prepareFor(EnvironmentConfig environment, int lanes) {
        if (environment.hasGymnasium()) {
            prepare(Math.min(lanes, Runtime.getRuntime().availableProcessors()));
        }
        Nd4j.getBackend();
    }

    private void prepare(int processes) {
        if (address.isPresent() || privateServers.size() >= processes) {
            return;
        }
        PrivateServerOptions options = privateOptions();
        while (privateServers.size() < processes) {
            privateServers.add(PrivateServer.start(options));
        }
    }

    private PrivateServerOptions privateOptions() {
        PrivateServerOptions options = PrivateServerOptions.of(PythonRuntime.locate())
                .withExitGrace(exitGrace)
                .withArguments(imports.stream()
                        .flatMap(module -> Stream.of("--import", moduleName(module)))
                        .toArray(String[]::new))
                .withModulePath(imports.stream()
                        .filter(Server::isFile)
                        .map(module -> Path.of(module).toAbsolutePath().getParent())
                        .distinct()
                        .toArray(Path[]::new));
        return log.isPresent() ? options.withLog(log.get()) : options;
    }

    private static boolean isFile(String module) {
        return module.endsWith(".py");
    }

    private static String moduleName(String module) {
        if (!isFile(module)) {
            return module;
        }
        Path file = Path.of(module);
        if (!Files.isRegularFile(file)) {
            throw new UsageException(
                    "--import: expected a module's name or a Python file, found no file " + file, null);
        }
        return file.getFileName().toString().replaceFirst("\\.py$", "");
    }

    /** Returns the client of the next process, in turns. */
    @Override
    public EnvironmentClient get() {
        if (clients.isEmpty()) {
            prepare(1);
            clients = address.isPresent()
                    ? List.of(EnvironmentClient.connect(address.get(), streams))
                    : EnvironmentClient.connectAll(privateServers, streams);
        }
        return clients.get(asked++ % clients.size());
    }

    /** Returns the server's Gymnasium version if a server was needed, else null. */
    String gymnasiumVersion() {
        return clients.isEmpty() ? null : clients.get(0).server().versions().get("gymnasium");
    }

    @Override
    public void close() {
        for (EnvironmentClient client : clients) { // a reference to its method would load gRPC
            client.close();
        }
        for (PrivateServer server : privateServers) {
            server.close();
        }
    }
}
