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
 * The environment server of one command: the one that {@code --server} names, or private ones, a process for each lane
 * as long as there are processors. It is connected to when a client is first asked for, so a command that needs none
 * starts none.
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
     * Prepares for a server; nothing is started yet.
     *
     * @param address of a running server; empty for a private one
     * @param streams how steps travel
     * @param arguments further arguments of a private server
     * @param log where a private server's log goes
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
     * Starts what a training or an evaluation will need: private servers, unless the environment is native or a server
     * is named, and, while those get ready, OpenBLAS.
     *
     * <p>In one process lanes would take turns, because Python's interpreter runs one thread at a time.
     */
    void prepareFor(EnvironmentConfig environment, int lanes) {
        prepareFor(environment, lanes, false);
    }

    /**
     * As {@link #prepareFor(EnvironmentConfig, int)}, with a process more when training is evaluated: then evaluations'
     * environments have a main thread and an interpreter to themselves.
     */
    void prepareFor(EnvironmentConfig environment, int lanes, boolean evaluated) {
        importFor(environment);
        if (environment.hasGymnasium()) {
            evaluates = evaluated && address.isEmpty();
            prepare(Math.min(lanes, Runtime.getRuntime().availableProcessors()) + (evaluates ? 1 : 0));
        }
        OpenBlas.load();
    }

    /** Lets private servers import what the environment names; before the first is started. */
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
     * Returns the arguments that let a private server import a module.
     *
     * @param setting where the module was named
     * @throws UsageException when it is a file that is not there
     */
    static List<String> importing(String setting, String module) {
        Path file = Path.of(module).toAbsolutePath();
        if (module.endsWith(".py") && !Files.isRegularFile(file)) {
            throw new UsageException(
                    setting + ": expected a module's name or a Python file, found no file " + module, null);
        }
        return List.of("--import", module.endsWith(".py") ? file.toString() : module);
    }

    /** Opens a lane in the next process, in turns, leaving out the one for evaluations. */
    @Override
    public VectorEnv open(
            GymnasiumEnvironment environment, int copies, AutoresetMode autoreset, Optional<String> renderMode) {
        return client().open(environment, copies, autoreset, renderMode);
    }

    /** Opens copies for evaluations: in the process for evaluations, or at the named server. */
    VectorEnv openForEvaluations(
            GymnasiumEnvironment environment, int copies, AutoresetMode autoreset, Optional<String> renderMode) {
        List<EnvironmentClient> connected = connect();
        return connected.get(connected.size() - 1).open(environment, copies, autoreset, renderMode);
    }

    /** Returns the client of the next process, in turns, leaving out the one for evaluations. */
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

    /** Returns the server's Gymnasium version if a server was needed, else null. */
    String gymnasiumVersion() {
        return clients.isEmpty() ? null : clients.get(0).server().versions().get("gymnasium");
    }

    /** Ends private servers although a client may wait for one, which then fails; from any thread. */
    void endPrivateServers() {
        privateServers.forEach(PrivateServer::close);
    }

    @Override
    public void close() {
        for (EnvironmentClient client : clients) { // a reference to its method would load gRPC
            client.close();
        }
        endPrivateServers();
    }
}
