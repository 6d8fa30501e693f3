package dev.gangway.benchmark;

import dev.gangway.bridge.client.EnvironmentClient;
import dev.gangway.bridge.client.PrivateServer;
import dev.gangway.bridge.client.PrivateServerOptions;
import dev.gangway.bridge.client.PythonRuntime;
import dev.gangway.bridge.client.RemoteEnvOptions;
import dev.gangway.bridge.client.StreamKind;
import dev.gangway.bridge.client.Vectorization;
import dev.gangway.bridge.conformance.Batches;
import dev.gangway.environment.AutoresetMode;
import dev.gangway.environment.ResetRequest;
import dev.gangway.environment.Tensor;
import dev.gangway.environment.VectorEnv;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.LongSupplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** How fast Gymnasium's environments go through private servers, from the actions to the results. */
@Command(name = "BridgeRate", mixinStandardHelpOptions = true)
public final class BridgeRate implements Callable<Integer> {
    private static final int ACTIONS = 64;

    @Parameters(index = "0", paramLabel = "ENV_ID")
    private String id;

    @Parameters(index = "1", paramLabel = "COPIES", description = "Over all lanes.")
    private int copies;

    @Option(names = "--lanes", defaultValue = "1")
    private int lanes;

    @Option(
            names = "--servers",
            description =
                    "Processes; lanes take turns. By default as an experiment's: one for each lane as long as there"
                            + " are processors.")
    private Integer servers;

    @Option(names = "--vectorization", defaultValue = "LOOP")
    private Vectorization vectorization;

    @Option(names = "--tcp", description = "TCP on the loopback device instead of a Unix socket.")
    private boolean tcp;

    @Option(names = "--streams", defaultValue = "AUTO")
    private StreamKind streams;

    @Option(names = "--module", description = "A Python file that registers the environment.")
    private Optional<Path> module;

    @Option(names = "--bytes", description = "Counts bytes of observations instead of environment steps.")
    private boolean bytes;

    private final List<AutoCloseable> open = new ArrayList<>();

    /** Measures. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new BridgeRate()).execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        if (servers == null) {
            servers = Math.min(lanes, Runtime.getRuntime().availableProcessors());
        }
        try {
            Rate.print(steps(environments(clients())));
        } finally {
            for (int i = open.size() - 1; i >= 0; i--) {
                open.get(i).close();
            }
        }
        return 0;
    }

    private List<EnvironmentClient> clients() {
        List<String> arguments = new ArrayList<>(List.of("--max-sessions", String.valueOf(lanes)));
        if (tcp) {
            arguments.addAll(List.of("--listen", "127.0.0.1:0"));
        }
        PrivateServerOptions options = PrivateServerOptions.of(PythonRuntime.locate());
        if (module.isPresent()) {
            Path file = module.get().toAbsolutePath();
            arguments.addAll(List.of("--import", file.getFileName().toString().replaceFirst("\\.py$", "")));
            options = options.withModulePath(file.getParent());
        }
        options = options.withArguments(arguments.toArray(String[]::new));
        List<EnvironmentClient> clients = new ArrayList<>();
        for (int i = 0; i < servers; i++) {
            PrivateServer server = PrivateServer.start(options);
            open.add(server);
            clients.add(EnvironmentClient.connect(server, streams));
            open.add(clients.get(i));
        }
        return clients;
    }

    private List<VectorEnv> environments(List<EnvironmentClient> clients) {
        List<VectorEnv> envs = new ArrayList<>();
        for (int lane = 0; lane < lanes; lane++) {
            RemoteEnvOptions options = RemoteEnvOptions.of(id, copies / lanes).withVectorization(vectorization);
            if (vectorization == Vectorization.VECTOR_ENTRY_POINT) {
                options = options.withAutoreset(AutoresetMode.NEXT_STEP);
            }
            VectorEnv env = clients.get(lane % servers).open(options);
            env.reset(ResetRequest.seeded((long) lane * copies, copies / lanes));
            envs.add(env);
        }
        return envs;
    }

    /** Each call gives every lane, in turn, its next actions once its last step is done: all others are in flight. */
    private LongSupplier steps(List<VectorEnv> envs) {
        List<Tensor> actions = Batches.random(envs.get(0).spec().actionSpace(), copies / lanes, ACTIONS, 2);
        envs.forEach(env -> env.send(actions.get(0)));
        return new LongSupplier() {
            private int next;

            @Override
            public long getAsLong() {
                next = (next + 1) % ACTIONS;
                long done = 0;
                for (VectorEnv env : envs) {
                    Tensor observations = (Tensor) env.receive().observations();
                    env.send(actions.get(next));
                    done += bytes ? observations.bytes().remaining() : env.copies();
                }
                return done;
            }
        };
    }
}
