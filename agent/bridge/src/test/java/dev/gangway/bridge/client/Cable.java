package dev.gangway.bridge.client;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A cable between a client and a server that a test can pinch in either direction, cut, and mend. */
final class Cable implements AutoCloseable {
    private final ServerAddress address;
    private final List<ServerSocketChannel> listeners = new CopyOnWriteArrayList<>();
    private final List<SocketChannel> connections = new CopyOnWriteArrayList<>();
    private boolean requestsPinched;
    private boolean responsesPinched;
    private boolean cut;
    private int held;

    /** Leads to a server; to a Unix socket's direct streams, too. */
    Cable(ServerAddress target) throws IOException {
        if (target instanceof ServerAddress.Tcp tcp) {
            SocketAddress local = listen(
                    ServerSocketChannel.open(),
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                    new InetSocketAddress(tcp.host(), tcp.port()));
            this.address = new ServerAddress.Tcp("127.0.0.1", ((InetSocketAddress) local).getPort());
        } else {
            Path socket = ((ServerAddress.Unix) target).path();
            Path near = Files.createTempDirectory("cable").resolve("socket");
            listenUnix(near, socket);
            listenUnix(DirectStream.path(near), DirectStream.path(socket));
            this.address = new ServerAddress.Unix(near);
        }
    }

    ServerAddress address() {
        return address;
    }

    /** From now on, holds back what the client sends. */
    synchronized void pinchRequests() {
        requestsPinched = true;
    }

    /** From now on, holds back what the server sends. */
    synchronized void pinchResponses() {
        responsesPinched = true;
    }

    /** Waits until something has been held back. */
    synchronized void awaitHeld() throws InterruptedException {
        while (held == 0) {
            wait();
        }
    }

    /** Cuts all connections, loses what was held back, and refuses new ones until {@link #mend}. */
    void cut() throws IOException {
        synchronized (this) {
            cut = true;
        }
        for (SocketChannel connection : connections) {
            connection.close();
        }
        connections.clear();
    }

    /** Takes new connections again and lets everything pass. */
    synchronized void mend() {
        cut = false;
        requestsPinched = false;
        responsesPinched = false;
        held = 0;
    }

    private void listenUnix(Path near, Path far) throws IOException {
        ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        var unused = listen(listener, UnixDomainSocketAddress.of(near), UnixDomainSocketAddress.of(far));
    }

    private SocketAddress listen(ServerSocketChannel listener, SocketAddress near, SocketAddress far)
            throws IOException {
        listener.bind(near);
        listeners.add(listener);
        start(() -> accept(listener, far));
        return listener.getLocalAddress();
    }

    private void accept(ServerSocketChannel listener, SocketAddress far) {
        try {
            while (true) {
                SocketChannel client = listener.accept();
                synchronized (this) {
                    if (cut) {
                        client.close();
                        continue;
                    }
                }
                SocketChannel server = SocketChannel.open(far);
                connections.add(client);
                connections.add(server);
                start(() -> pump(client, server, true));
                start(() -> pump(server, client, false));
            }
        } catch (IOException closed) {
            // The end of the cable.
        }
    }

    private void pump(SocketChannel from, SocketChannel to, boolean requests) {
        ByteBuffer buffer = ByteBuffer.allocate(65_536);
        try (from) {
            for (int count = from.read(buffer); count >= 0; count = from.read(buffer)) {
                buffer.flip();
                while (!holds(requests, count) && buffer.hasRemaining()) {
                    int unused = to.write(buffer);
                }
                buffer.clear();
            }
        } catch (IOException cutMeanwhile) {
            // The end of this connection.
        } finally {
            passOnEnd(to);
        }
    }

    /** A cable on which nothing passes in either direction keeps the end of a connection to itself, too. */
    private void passOnEnd(SocketChannel to) {
        synchronized (this) {
            if (requestsPinched && responsesPinched) {
                return;
            }
        }
        try {
            to.close();
        } catch (IOException closedMeanwhile) {
            // As good as closed.
        }
    }

    private synchronized boolean holds(boolean requests, int count) {
        boolean pinched = requests ? requestsPinched : responsesPinched;
        if (pinched) {
            held += count;
            notifyAll();
        }
        return pinched;
    }

    private static void start(Runnable task) {
        Thread thread = new Thread(task, "cable");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        for (ServerSocketChannel listener : listeners) {
            listener.close();
        }
        cut();
        if (address instanceof ServerAddress.Unix unix) {
            Files.deleteIfExists(DirectStream.path(unix.path()));
            Files.deleteIfExists(unix.path());
            Files.deleteIfExists(unix.path().getParent());
        }
    }
}
