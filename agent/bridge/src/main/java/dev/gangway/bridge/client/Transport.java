package dev.gangway.bridge.client;

import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.channel.ChannelOption;
import io.grpc.netty.shaded.io.netty.channel.ChannelOutboundHandlerAdapter;
import io.grpc.netty.shaded.io.netty.channel.ChannelPromise;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.nio.NioIoHandler;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioSocketChannel;
import io.grpc.netty.shaded.io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Owns the connections to one server: a gRPC channel with the one thread that serves it, and direct streams.
 *
 * <p>Both kinds of socket use Java's own NIO, which exists on every platform. Measurements found the native epoll
 * transport to be no faster for one message at a time.
 */
public final class Transport implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Transport.class);

    /** How long a TCP peer may be silent before it is asked for a sign of life. gRPC allows no shorter time. */
    private static final Duration KEEPALIVE = Duration.ofSeconds(10);

    private static final Duration KEEPALIVE_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration READ_TIMEOUT = Duration.ofMillis(200);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

    private final ServerAddress address;
    private final Function<Duration, Optional<String>> obituary;
    private final EventLoopGroup loop;
    private final ManagedChannel channel;
    private final Set<DirectStream> directStreams = ConcurrentHashMap.newKeySet();
    private volatile boolean direct;

    /**
     * Makes a channel, which connects with its first call.
     *
     * @param obituary tells how the server's process ended, if it did within a time
     */
    Transport(ServerAddress address, Function<Duration, Optional<String>> obituary) {
        this.address = address;
        this.obituary = obituary;
        this.loop = new MultiThreadIoEventLoopGroup(
                1, new DefaultThreadFactory("gangway-client", true), NioIoHandler.newFactory());
        NettyChannelBuilder builder;
        boolean local = address instanceof ServerAddress.Unix;
        if (address instanceof ServerAddress.Unix unix) {
            // The address as a host name would be no valid HTTP authority.
            builder = NettyChannelBuilder.forAddress(new NamelessAddress())
                    .channelType(NioDomainSocketChannel.class, NamelessAddress.class)
                    .channelFactory(() -> connectingTo(unix.path()))
                    .withOption(ChannelOption.SO_KEEPALIVE, null) // gRPC sets it always, and such a socket has none
                    .overrideAuthority("localhost");
        } else {
            ServerAddress.Tcp tcp = (ServerAddress.Tcp) address;
            builder = NettyChannelBuilder.forAddress(tcp.host(), tcp.port())
                    .channelType(NioSocketChannel.class)
                    .keepAliveTime(KEEPALIVE.toNanos(), TimeUnit.NANOSECONDS)
                    .keepAliveTimeout(KEEPALIVE_TIMEOUT.toNanos(), TimeUnit.NANOSECONDS);
            local = isLoopback(tcp.host());
        }
        if (local) {
            builder.proxyDetector(target -> null); // a proxy would be asked to connect to itself
        }
        this.channel = builder.eventLoopGroup(loop)
                .directExecutor() // the handlers only pass a message on
                .usePlaintext()
                .disableRetry() // the session itself decides what may be sent again
                .maxInboundMessageSize(Integer.MAX_VALUE)
                .build();
    }

    /** Stands for a Unix socket. gRPC makes a URI of an address, in which it refuses most letters that a path may have. */
    private static final class NamelessAddress extends SocketAddress {
        private static final long serialVersionUID = 1L;

        @Override
        public String toString() {
            return "socket";
        }
    }

    private static NioDomainSocketChannel connectingTo(Path path) {
        NioDomainSocketChannel channel = new NioDomainSocketChannel();
        channel.pipeline().addFirst(new ChannelOutboundHandlerAdapter() {
            @Override
            public void connect(
                    ChannelHandlerContext context, SocketAddress nameless, SocketAddress local, ChannelPromise done) {
                var unused = context.connect(UnixDomainSocketAddress.of(path), local, done);
            }
        });
        return channel;
    }

    private static boolean isLoopback(String host) {
        try {
            return Arrays.stream(InetAddress.getAllByName(host))
                    .allMatch(each -> each.isLoopbackAddress() || each.isAnyLocalAddress());
        } catch (UnknownHostException unknown) {
            return false; // a proxy may know it
        }
    }

    /** Creates the connections to a server about which nothing but its address is known. */
    public Transport(ServerAddress address) {
        this(address, patience -> Optional.empty());
    }

    ServerAddress address() {
        return address;
    }

    /** Returns the channel, which {@link #close} ends. */
    public Channel channel() {
        return channel;
    }

    /**
     * Returns a channel whose {@code Attach} calls are direct streams; {@link #close} ends the other calls.
     *
     * @throws IllegalStateException when the address is no Unix socket
     */
    public Channel directChannel() {
        if (address instanceof ServerAddress.Unix unix) {
            return new DirectChannel(channel, unix);
        }
        throw new IllegalStateException("Expected a Unix socket for direct streams, found " + address);
    }

    /** Makes {@link #attach} use direct streams from now on. */
    void attachDirectly() {
        direct = true;
    }

    /**
     * Starts a stream.
     *
     * @param waitForReady whether to wait for gRPC's connection for as long as the channel can hope for one
     * @throws StreamEndedException when a direct stream finds nobody who listens
     */
    SessionStream attach(boolean waitForReady) throws StreamEndedException {
        if (direct && address instanceof ServerAddress.Unix unix) {
            DirectStream stream = DirectStream.start(unix, directStreams::remove);
            directStreams.add(stream);
            return stream;
        }
        return GrpcStream.start(channel, address, waitForReady);
    }

    /** Returns how the server's process ended, if it did, or does within {@code patience}. */
    Optional<String> obituary(Duration patience) {
        return obituary.apply(patience);
    }

    /**
     * Ends the streams because the server's process has ended. A child process may still hold the socket open, so that
     * the connection would not end by itself; what has arrived is read first.
     */
    void serverEnded() {
        try {
            var unused = loop.schedule(this::endStreams, READ_TIMEOUT.toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException closed) {
            // Then there is nothing left to end.
        }
    }

    private void endStreams() {
        directStreams.forEach(DirectStream::serverEnded);
        channel.shutdownNow();
    }

    /** Ends every call, closes the connection and ends the thread. */
    @Override
    public void close() {
        directStreams.forEach(stream -> stream.cancel("closed"));
        channel.shutdownNow();
        try {
            if (!channel.awaitTermination(CLOSE_TIMEOUT.toNanos(), TimeUnit.NANOSECONDS)) {
                LOG.warn("The connection to {} did not end within {} ms", address, CLOSE_TIMEOUT.toMillis());
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        var unused = loop.shutdownGracefully(0, CLOSE_TIMEOUT.toNanos(), TimeUnit.NANOSECONDS)
                .awaitUninterruptibly();
    }
}
