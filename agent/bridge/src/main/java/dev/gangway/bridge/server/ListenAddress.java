package dev.gangway.bridge.server;

import dev.gangway.environment.EnvironmentException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.Arrays;

/** Where a server listens: {@code unix:PATH} or {@code HOST:PORT}, port 0 for a free one. */
public sealed interface ListenAddress {
    /**
     * A Unix socket.
     *
     * @param path of the socket, absolute
     */
    record Unix(Path path) implements ListenAddress {
        @Override
        public SocketAddress socketAddress() {
            return UnixDomainSocketAddress.of(path);
        }

        @Override
        public String toString() {
            return "unix:" + path;
        }
    }

    /**
     * A TCP port.
     *
     * @param host name or IP address; an IPv6 address without its brackets
     * @param port 0 … 65535
     */
    record Tcp(String host, int port) implements ListenAddress {
        @Override
        public SocketAddress socketAddress() {
            return new InetSocketAddress(host, port);
        }

        @Override
        public String toString() {
            return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
        }
    }

    /** Returns what a socket is bound to. */
    SocketAddress socketAddress();

    /**
     * Reads an address.
     *
     * @param insecureRemote whether other machines may reach it, without encryption or authentication
     * @throws EnvironmentException when it is none, or reaches further than it may
     */
    static ListenAddress parse(String text, boolean insecureRemote) {
        if (text.startsWith("unix:")) {
            String path = text.substring("unix:".length());
            if (path.isEmpty() || path.endsWith("/")) {
                throw new EnvironmentException("The address '" + text + "' names no file: expected unix:PATH.");
            }
            return new Unix(Path.of(path).toAbsolutePath());
        }
        int colon = text.lastIndexOf(':');
        String port = text.substring(colon + 1);
        if (colon < 1 || !port.matches("[0-9]{1,5}") || Integer.parseInt(port) > 65_535) {
            throw new EnvironmentException(
                    "The address is '" + text + "': expected unix:PATH or HOST:PORT with a port of 0 … 65535.");
        }
        String host = text.substring(0, colon).replaceFirst("^\\[", "").replaceFirst("]$", "");
        if (!insecureRemote && !isLoopback(host)) {
            throw new EnvironmentException(host + " is not a loopback address, and the connection is neither encrypted"
                    + " nor authenticated: anyone who reaches it can run environments here. Use 127.0.0.1, a Unix"
                    + " socket or an SSH tunnel; --insecure-remote allows it on a network that you trust.");
        }
        return new Tcp(host, Integer.parseInt(port));
    }

    private static boolean isLoopback(String host) {
        try {
            return Arrays.stream(InetAddress.getAllByName(host)).allMatch(InetAddress::isLoopbackAddress);
        } catch (UnknownHostException unknown) {
            throw new EnvironmentException("The host '" + host + "' cannot be resolved.", unknown);
        }
    }
}
