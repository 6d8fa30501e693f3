package dev.gangway.bridge.client;

import dev.gangway.codec.ProtocolException;
import dev.gangway.environment.AutoresetMode;
import dev.gangway.environment.EnvSpec;
import dev.gangway.environment.EnvironmentException;
import dev.gangway.environment.Version;
import dev.gangway.v1.CloseSessionRequest;
import dev.gangway.v1.CreateSessionRequest;
import dev.gangway.v1.CreateSessionResponse;
import dev.gangway.v1.DescribeEnvironmentRequest;
import dev.gangway.v1.DescribeEnvironmentResponse;
import dev.gangway.v1.GymnasiumEnvironment;
import dev.gangway.v1.HandshakeRequest;
import dev.gangway.v1.HandshakeResponse;
import dev.gangway.v1.ListEnvironmentsRequest;
import dev.gangway.v1.service.EnvironmentServiceGrpc;
import dev.gangway.v1.service.EnvironmentServiceGrpc.EnvironmentServiceBlockingStub;
import io.grpc.StatusRuntimeException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Connects to one environment server and opens environments there.
 *
 * <p>Closing the client closes its environments, whatever they are doing, and leaves no thread behind. It does not end
 * the server. Thread-safe.
 */
public final class EnvironmentClient implements AutoCloseable {
    /** The protocol version of {@code proto/gangway/v1}. */
    private static final int PROTOCOL_VERSION = 1;

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(20);
    private static final Duration CALL_TIMEOUT = Duration.ofSeconds(60);

    private final Transport transport;
    private final ServerInfo server;
    private final WarningLog warningLog;
    private final Set<RemoteVectorEnv> environments = ConcurrentHashMap.newKeySet();

    private EnvironmentClient(Transport transport, StreamKind streams, WarningLog warningLog) {
        this.transport = transport;
        this.warningLog = warningLog;
        try {
            this.server = handshake();
            choose(streams);
        } catch (RuntimeException failed) {
            transport.close();
            throw failed;
        }
    }

    /**
     * Connects to a running server, with direct streams if they are possible.
     *
     * @throws ServerLostException when nothing answers at the address
     * @throws RemoteEnvironmentException when the server supports no protocol version of this client
     */
    public static EnvironmentClient connect(ServerAddress address) {
        return connect(address, StreamKind.AUTO);
    }

    /**
     * Connects to a running server.
     *
     * @throws ServerLostException when nothing answers at the address
     * @throws RemoteEnvironmentException when the server speaks no protocol version of this client
     * @throws EnvironmentException when streams are to be {@link StreamKind#DIRECT} and cannot be
     */
    public static EnvironmentClient connect(ServerAddress address, StreamKind streams) {
        return new EnvironmentClient(new Transport(address), streams, new WarningLog());
    }

    /**
     * Waits until the server listens and connects to it, with direct streams if they are possible. The caller still has
     * to close the server.
     *
     * @throws ServerLostException when the server ended before it listened; the message says why
     */
    public static EnvironmentClient connect(PrivateServer server) {
        return connect(server, StreamKind.AUTO);
    }

    /**
     * Waits until the server listens and connects to it. The server remains the caller's to close.
     *
     * @throws ServerLostException when the server ended before it listened, with the reason
     * @throws EnvironmentException when streams are to be {@link StreamKind#DIRECT} and cannot be
     */
    public static EnvironmentClient connect(PrivateServer server, StreamKind streams) {
        return connectAll(List.of(server), streams).get(0);
    }

    /**
     * As {@link #connect(PrivateServer, StreamKind)} for several servers that share one piece of work: what environments
     * warn of is logged once for all of them.
     *
     * @return the clients, in the servers' order
     */
    public static List<EnvironmentClient> connectAll(List<PrivateServer> servers, StreamKind streams) {
        WarningLog shared = new WarningLog();
        List<EnvironmentClient> clients = new ArrayList<>();
        try {
            for (PrivateServer server : servers) {
                clients.add(connect(server, streams, shared));
            }
            return List.copyOf(clients);
        } catch (RuntimeException failed) {
            clients.forEach(EnvironmentClient::close);
            throw failed;
        }
    }

    private static EnvironmentClient connect(PrivateServer server, StreamKind streams, WarningLog warningLog) {
        Transport transport = new Transport(server.awaitAddress(), server::obituary);
        server.onExit(transport::serverEnded);
        return new EnvironmentClient(transport, streams, warningLog);
    }

    /** Returns what the server said about itself when the client connected. */
    public ServerInfo server() {
        return server;
    }

    /** Returns whether direct streams are possible: the server accepts them and runs on this machine. */
    public boolean canStreamDirectly() {
        // The path is this machine's: a server elsewhere, or behind a forwarded socket, has nothing there.
        return server.directStreams()
                && transport.address() instanceof ServerAddress.Unix unix
                && Files.exists(DirectStream.path(unix.path()));
    }

    /** Returns the server's address. */
    public ServerAddress address() {
        return transport.address();
    }

    /** Returns the environments that the server offers, sorted by id. */
    public List<OfferedEnvironment> listEnvironments() {
        return call(
                        "list the environments",
                        CALL_TIMEOUT,
                        stub -> stub.listEnvironments(ListEnvironmentsRequest.getDefaultInstance()))
                .getEnvironmentsList()
                .stream()
                .map(WireDescriptions::decode)
                .toList();
    }

    /**
     * Describes one environment, which is made for that and closed. Of the options only those of one copy count.
     *
     * @throws RemoteEnvironmentException when the server cannot make it
     * @throws EnvironmentException when this agent cannot carry one of its spaces
     */
    public EnvSpec describe(RemoteEnvOptions options) {
        DescribeEnvironmentRequest request = DescribeEnvironmentRequest.newBuilder()
                .setSettings(WireDescriptions.encode(options))
                .build();
        DescribeEnvironmentResponse response =
                call("describe " + options.id(), CALL_TIMEOUT, stub -> stub.describeEnvironment(request));
        warningLog.log(options.id(), response.getWarningsList());
        return WireDescriptions.decode(response.getDescription());
    }

    /**
     * Makes n copies of an environment in a new session. It takes as long as the environment's constructor.
     *
     * @throws RemoteEnvironmentException when the server cannot or may not make it
     * @throws EnvironmentException when this agent cannot carry one of its spaces
     */
    public RemoteVectorEnv open(RemoteEnvOptions options) {
        CreateSessionRequest request = WireDescriptions.request(server.protocolVersion(), options);
        CreateSessionResponse created = call(
                "open " + options.id(),
                options.responseTimeout().orElse(Duration.ZERO),
                stub -> stub.createSession(request));
        try {
            return attach(created, options);
        } catch (RuntimeException failed) {
            closeSession(created);
            throw failed;
        }
    }

    /**
     * Makes the copies of one lane of an experiment's environment, as {@link #open(RemoteEnvOptions)} does. Training takes
     * this method as its opener: {@code Lanes.open(experiment.getEnvironment(), client::open)}.
     *
     * @param renderMode how the copies are drawn; empty if they are not
     */
    public RemoteVectorEnv open(
            GymnasiumEnvironment environment, int copies, AutoresetMode autoreset, Optional<String> renderMode) {
        return open(ExperimentOptions.of(environment, copies, autoreset, renderMode));
    }

    /** Describes an experiment's environment, as {@link #describe(RemoteEnvOptions)} does. */
    public EnvSpec describe(GymnasiumEnvironment environment) {
        return describe(ExperimentOptions.of(environment, 1, AutoresetMode.DISABLED, Optional.empty()));
    }

    /** Closes the environments that are still open, then the connection. */
    @Override
    public void close() {
        environments.forEach(RemoteVectorEnv::close);
        transport.close();
    }

    private RemoteVectorEnv attach(CreateSessionResponse created, RemoteEnvOptions options) {
        warningLog.log(options.id(), created.getWarningsList());
        EnvSpec spec = WireDescriptions.decode(created.getDescription());
        boolean elsewhere = !created.getEndpoint().isEmpty();
        // An isolated session's process is the server's child: it ends when the server ends.
        Transport target = elsewhere ? new Transport(endpoint(created), transport::obituary) : transport;
        try {
            Session session =
                    new Session(target, server, created, options, warnings -> warningLog.log(options.id(), warnings));
            RemoteVectorEnv environment = new RemoteVectorEnv(session, spec, options, closed -> {
                environments.remove(closed);
                if (elsewhere) {
                    target.close();
                }
            });
            environments.add(environment);
            return environment;
        } catch (RuntimeException failed) {
            if (elsewhere) {
                target.close();
            }
            throw failed;
        }
    }

    private void choose(StreamKind streams) {
        if (streams == StreamKind.GRPC) {
            return;
        }
        if (canStreamDirectly()) {
            transport.attachDirectly();
        } else if (streams == StreamKind.DIRECT) {
            throw new EnvironmentException("Expected a server that takes direct streams, found none at "
                    + transport.address() + ": it must listen on a Unix socket of this machine, be Gangway's Python "
                    + "server, and run without --no-direct-streams. Use streams of gRPC, or let the client choose");
        }
    }

    private static ServerAddress endpoint(CreateSessionResponse created) {
        try {
            return ServerAddress.parse(created.getEndpoint());
        } catch (IllegalArgumentException invalid) {
            throw ProtocolException.at(
                    "CreateSessionResponse.endpoint", "an address", "'" + created.getEndpoint() + "'");
        }
    }

    private void closeSession(CreateSessionResponse created) {
        try {
            CloseSessionRequest request = CloseSessionRequest.newBuilder()
                    .setSessionId(created.getSessionId())
                    .build();
            call("close a session", CALL_TIMEOUT, stub -> stub.closeSession(request));
        } catch (EnvironmentException gone) {
            // The caller learns of the failure that led here; the session ends with its connection.
        }
    }

    private ServerInfo handshake() {
        HandshakeRequest request = HandshakeRequest.newBuilder()
                .setMinProtocolVersion(PROTOCOL_VERSION)
                .setMaxProtocolVersion(PROTOCOL_VERSION)
                .setClient("gangway-java/" + Version.current())
                .build();
        HandshakeResponse response = call("connect", CONNECT_TIMEOUT, stub -> stub.handshake(request));
        ServerInfo info = WireDescriptions.decode(response);
        if (info.protocolVersion() != PROTOCOL_VERSION) {
            throw ProtocolException.at(
                    "HandshakeResponse.protocol_version",
                    PROTOCOL_VERSION + ", the only one offered",
                    info.protocolVersion());
        }
        return info;
    }

    /** Makes a unary call, with no deadline when {@code timeout} is zero. */
    private <T> T call(String task, Duration timeout, Function<EnvironmentServiceBlockingStub, T> method) {
        EnvironmentServiceBlockingStub stub = EnvironmentServiceGrpc.newBlockingStub(transport.channel());
        try {
            return method.apply(
                    timeout.isZero() ? stub : stub.withDeadlineAfter(timeout.toNanos(), TimeUnit.NANOSECONDS));
        } catch (StatusRuntimeException failed) {
            throw Failures.ofCall(failed, task, transport);
        }
    }
}
