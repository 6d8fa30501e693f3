package dev.gangway.env.remote;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A cable between a client and a server that a test can pinch in either direction, cut, and mend. */
final class TcpProxy implements AutoCloseable {
    private final ServerAddress.Tcp target;
    private final ServerSocket listener;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private boolean requestsPinched;
    private boolean responsesPinched;
    private boolean cut;
    private int held;

    TcpProxy(ServerAddress target) throws IOException {
        this.target = (ServerAddress.Tcp) target;
        this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        start(this::accept);
    }

    ServerAddress address() {
        return new ServerAddress.Tcp("127.0.0.1", listener.getLocalPort());
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
        for (Socket socket : sockets) {
            socket.close();
        }
        sockets.clear();
    }

    /** Takes new connections again and lets everything pass. */
    synchronized void mend() {
        cut = false;
        requestsPinched = false;
        responsesPinched = false;
        held = 0;
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listener.accept();
                synchronized (this) {
                    if (cut) {
                        client.close();
                        continue;
                    }
                }
                Socket server = new Socket(target.host(), target.port());
                client.setTcpNoDelay(true);
                server.setTcpNoDelay(true);
                sockets.add(client);
                sockets.add(server);
                start(() -> pump(client, server, true));
                start(() -> pump(server, client, false));
            }
        } catch (IOException closed) {
            // The end of the proxy.
        }
    }

    private void pump(Socket from, Socket to, boolean requests) {
        byte[] buffer = new byte[65_536];
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                if (!holds(requests, count)) {
                    out.write(buffer, 0, count);
                }
            }
        } catch (IOException cutMeanwhile) {
            // The end of this connection.
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
        Thread thread = new Thread(task, "tcp-proxy");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        cut();
    }
}
