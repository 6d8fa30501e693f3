package dev.gangway.cli;

import dev.gangway.bridge.client.EnvironmentClient;
import dev.gangway.bridge.client.PrivateServer;
import dev.gangway.bridge.client.PrivateServerOptions;
import dev.gangway.bridge.client.PythonRuntime;
import dev.gangway.bridge.client.ServerAddress;
import dev.gangway.bridge.client.StreamKind;
import dev.gangway.environment.AutoresetMode;
import dev.gangway.environment.VectorEnv;
import dev.gangway.learning.experiment.GymnasiumOpener;
import dev.gangway.learning.network.OpenBlas;
import dev.gangway.v1.EnvironmentConfig;
import dev.gangway.v1.GymnasiumEnvironment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Gives one command its environment server: the server that {@code --server} names, or private servers, one process per
 * lane up to the number of processors. The connection is made when a client is first needed, so that a command that
 * needs no server starts none.
 */
final class Server implements GymnasiumOpener, AutoCloseable {
    private final Optional<ServerAddress> address;
    private final StreamKind streams;
    private final List<String> arguments;
    private final Optional<Path> log;
    private final Duration exitGrace;
    private final List<PrivateServer> privateServers = new CopyOnWriteArrayList<>();
    private List<EnvironmentClient> clients = List.of();
    private boolean evaluates;
    private int asked;

    /**
     * Stores the settings. No server is started yet.
     *
     * @param address address of a running server; empty for private servers
     * @param streams how steps travel
     * @param arguments further command-line arguments of a private server
     * @param log file for the log of a private server
     * @param exitGrace how long a private server outlives a signal that ends this program
     */
    Server(
            Optional<ServerAddress> address,
            StreamKind streams,
            List<String> arguments,
            Optional<Path> log,
            Duration exitGrace) {
        this.address = address;
        this.streams = streams;
        this.arguments = new ArrayList<>(arguments);
        this.log = log;
        this.exitGrace = exitGrace;
    }

    /**
     * Starts what a training or an evaluation will need: private servers, unless the environment is native or {@code
     * --server} names a server, and OpenBLAS while those servers get ready.
     *
     * <p>Each lane gets a process because Python's interpreter runs one thread at a time: lanes in one process would
     * take turns.
     */
    void prepareFor(EnvironmentConfig environment, int lanes) {
        prepareFor(environment, lanes, false);
    }

    /**
     * Starts what {@link #prepareFor(EnvironmentConfig, int)} starts and, if training is evaluated, one more process.
     * The environments of evaluations then have a main thread and an interpreter to themselves.
     */
    void prepareFor(EnvironmentConfig environment, int lanes, boolean evaluated) {
        importFor(environment);
        if (environment.hasGymnasium()) {
            evaluates = evaluated && address.isEmpty();
            prepare(Math.min(lanes, Runtime.getRuntime().availableProcessors()) + (evaluates ? 1 : 0));
        }
        OpenBlas.load();
    }

    /**
     * Adds the modules that the environment names to those that private servers import. It must be called before the
     * first private server is started.
     */
    void importFor(EnvironmentConfig environment) {
        for (String module : environment.getGymnasium().getImportsList()) {
            arguments.addAll(importing("environment.gymnasium.imports", module));
        }
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
                .withArguments(arguments.toArray(String[]::new));
        return log.isPresent() ? options.withLog(log.get()) : options;
    }

    /**
     * Returns the command-line arguments that make a private server import a module.
     *
     * @param setting the option or field that names the module, for the error
     * @throws UsageException when the module is given as a file that does not exist
     */
    static List<String> importing(String setting, String module) {
        Path file = Path.of(module).toAbsolutePath();
        if (module.endsWith(".py") && !Files.isRegularFile(file)) {
            throw new UsageException(
                    setting + ": expected a module's name or a Python file, found no file " + module, null);
        }
        return List.of("--import", module.endsWith(".py") ? file.toString() : module);
    }

    /** Opens a lane in the next server process, in turn. The process for evaluations is left out. */
    @Override
    public VectorEnv open(
            GymnasiumEnvironment environment, int copies, AutoresetMode autoreset, Optional<String> renderMode) {
        return client().open(environment, copies, autoreset, renderMode);
    }

    /** Opens copies for evaluations, in the process for evaluations or on the named server. */
    VectorEnv openForEvaluations(
            GymnasiumEnvironment environment, int copies, AutoresetMode autoreset, Optional<String> renderMode) {
        List<EnvironmentClient> connected = connect();
        return connected.get(connected.size() - 1).open(environment, copies, autoreset, renderMode);
    }

    /** Returns the client of the next server process, in turn. The process for evaluations is left out. */
    EnvironmentClient client() {
        List<EnvironmentClient> connected = connect();
        return connected.get(asked++ % (connected.size() - (evaluates ? 1 : 0)));
    }

    private List<EnvironmentClient> connect() {
        if (clients.isEmpty()) {
            prepare(1);
            clients = address.isPresent()
                    ? List.of(EnvironmentClient.connect(address.get(), streams))
                    : EnvironmentClient.connectAll(privateServers, streams);
        }
        return clients;
    }

    /** Returns the Gymnasium version of the server, or null if no server was needed. */
    String gymnasiumVersion() {
        return clients.isEmpty() ? null : clients.get(0).server().versions().get("gymnasium");
    }

    /**
     * Ends the private servers even if a client is waiting for a response, which then fails. Any thread may call this
     * method.
     */
    void endPrivateServers() {
        privateServers.forEach(PrivateServer::close);
    }

    @Override
    public void close() {
        for (EnvironmentClient client : clients) { // a loop, because a method reference would load gRPC
            client.close();
        }
        endPrivateServers();
    }
}
