package dev.gangway.bridge.server;

import dev.gangway.environment.EnvironmentException;
import dev.gangway.environment.provider.EnvironmentProvider;
import dev.gangway.v1.service.EnvironmentServiceGrpc;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.channel.ChannelOption;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.nio.NioIoHandler;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioServerSocketChannel;
import io.grpc.netty.shaded.io.netty.util.concurrent.DefaultThreadFactory;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * Serves the environments of providers over {@code gangway.v1}, with health checks and reflection. Closing it closes
 * the sessions. Thread-safe.
 */
public final class EnvironmentServer implements AutoCloseable {
    private static final Duration FLUSH = Duration.ofMillis(200);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);
    private static final int INCARNATION_BYTES = 12;

    private final SessionTable sessions;
    private final EnvironmentService service;
    private final HealthStatusManager health = new HealthStatusManager();
    private final String incarnation;
    private final ListenAddress address;
    private final SocketClaim claim;
    private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("gangway-server", true), NioIoHandler.newFactory());
    private final ExecutorService threads =
            Executors.newCachedThreadPool(new DefaultThreadFactory("gangway-call", true));
    private final Server server;

    private EnvironmentServer(ServerOptions options, List<EnvironmentProvider> providers) {
        EnvironmentCatalog catalog = new EnvironmentCatalog(providers);
        this.sessions = new SessionTable(options.maxSessions(), System::nanoTime);
        this.incarnation = sessions.name(INCARNATION_BYTES);
        this.service = new EnvironmentService(
                catalog, sessions, incarnation, options.maxCopies(), new Extensions(options.extensions()));
        ListenAddress wanted = options.listen().orElseGet(EnvironmentServer::privateAddress);
        this.claim = wanted instanceof ListenAddress.Unix unix
                ? SocketClaim.take(unix.path(), options.listen().isEmpty())
                : null;
        try {
            this.server = build(wanted).start();
        } catch (IOException | RuntimeException failed) {
            release();
            throw new EnvironmentException(
                    "The address " + wanted + " cannot be bound: it is in use or not one of this machine. Use another"
                            + " one, or port 0 for a free port.",
                    failed);
        }
        this.address =
                wanted instanceof ListenAddress.Tcp tcp ? new ListenAddress.Tcp(tcp.host(), server.getPort()) : wanted;
        setHealth(ServingStatus.SERVING);
    }

    /**
     * Starts a server.
     *
     * @throws EnvironmentException when the address cannot be had, or a provider cannot make its environment
     */
    public static EnvironmentServer start(ServerOptions options, List<EnvironmentProvider> providers) {
        return new EnvironmentServer(options, providers);
    }

    /** Returns where it listens, for clients. */
    public ListenAddress address() {
        return address;
    }

    /** Returns the random name of this life of the server. */
    public String incarnation() {
        return incarnation;
    }

    /**
     * Refuses new sessions and tells the clients that are attached; returns when they have ended, or after that time.
     */
    public void drain(Duration deadline) throws InterruptedException {
        setHealth(ServingStatus.NOT_SERVING);
        sessions.drain();
        service.announceDrain(deadline);
        boolean unused = sessions.awaitEmpty(deadline);
    }

    /** Closes every session and ends; a command at work is waited for no longer than two seconds. */
    @Override
    public void close() {
        sessions.closeAll();
        try {
            boolean unused = sessions.awaitEmpty(CLOSE_TIMEOUT);
            server.shutdown();
            if (!server.awaitTermination(FLUSH.toNanos(), TimeUnit.NANOSECONDS)) {
                server.shutdownNow();
                unused = server.awaitTermination(CLOSE_TIMEOUT.toNanos(), TimeUnit.NANOSECONDS);
            }
        } catch (InterruptedException interrupted) {
            server.shutdownNow();
            Thread.currentThread().interrupt();
        }
        release();
    }

    private void release() {
        sessions.closeAll();
        threads.shutdown();
        var unused = loop.shutdownGracefully(0, CLOSE_TIMEOUT.toNanos(), TimeUnit.NANOSECONDS)
                .awaitUninterruptibly(CLOSE_TIMEOUT.toNanos(), TimeUnit.NANOSECONDS);
        if (claim != null) {
            claim.close();
        }
    }

    private Server build(ListenAddress wanted) {
        NettyServerBuilder builder = NettyServerBuilder.forAddress(wanted.socketAddress())
                .channelType(
                        wanted instanceof ListenAddress.Unix
                                ? NioServerDomainSocketChannel.class
                                : NioServerSocketChannel.class)
                .bossEventLoopGroup(loop)
                .workerEventLoopGroup(loop)
                .executor(threads)
                .maxInboundMessageSize(EnvironmentService.MAX_MESSAGE_BYTES)
                // Finds a client that vanished with its machine, so that its lease begins.
                .keepAliveTime(20, TimeUnit.SECONDS)
                .keepAliveTimeout(10, TimeUnit.SECONDS)
                .permitKeepAliveTime(1, TimeUnit.SECONDS)
                .permitKeepAliveWithoutCalls(true);
        if (wanted instanceof ListenAddress.Unix) {
            builder.withChildOption(
                    ChannelOption.SO_KEEPALIVE, null); // gRPC sets it always, and such a socket has none
        }
        for (ServerServiceDefinition each : List.of(
                service.bindService(),
                health.getHealthService().bindService(),
                ProtoReflectionServiceV1.newInstance().bindService())) {
            builder.addService(MalformedRequests.refusedBy(each));
        }
        return builder.build();
    }

    private void setHealth(ServingStatus status) {
        health.setStatus(HealthStatusManager.SERVICE_NAME_ALL_SERVICES, status);
        health.setStatus(EnvironmentServiceGrpc.SERVICE_NAME, status);
    }

    private static ListenAddress privateAddress() {
        if (System.getProperty("os.name").startsWith("Windows")) {
            return new ListenAddress.Tcp("127.0.0.1", 0);
        }
        try {
            String parent = System.getenv("TMPDIR");
            Path directory = parent == null || parent.isEmpty()
                    ? Files.createTempDirectory("gangway-") // of mode 0700
                    : Files.createTempDirectory(Path.of(parent), "gangway-");
            return new ListenAddress.Unix(directory.toAbsolutePath().resolve("socket"));
        } catch (IOException failed) {
            throw new EnvironmentException(
                    "A private directory for the socket cannot be made: " + failed.getMessage(), failed);
        }
    }
}
