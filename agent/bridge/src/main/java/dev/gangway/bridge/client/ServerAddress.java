package dev.gangway.bridge.client;

import java.nio.file.Path;

/** The address at which an environment server listens. */
public sealed interface ServerAddress {

    /**
     * A Unix domain socket.
     *
     * @param path of the socket
     */
    record Unix(Path path) implements ServerAddress {
        @Override
        public String toString() {
            return "unix:" + path;
        }
    }

    /**
     * A TCP port.
     *
     * @param host name or IP address; an IPv6 address without its brackets
     * @param port 1 … 65535
     */
    record Tcp(String host, int port) implements ServerAddress {
        /**
         * Checks the port.
         *
         * @throws IllegalArgumentException when the port is not in 1 … 65535
         */
        public Tcp {
            if (host.isEmpty() || port < 1 || port > 65_535) {
                throw new IllegalArgumentException(
                        "Expected a host and a port in 1 … 65535, found host '" + host + "' and port " + port);
            }
        }

        @Override
        public String toString() {
            return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
        }
    }

    /**
     * Reads an address as a server prints it.
     *
     * @param text {@code unix:PATH}, {@code HOST:PORT} or {@code [IPV6]:PORT}
     * @throws IllegalArgumentException when it is none of these
     */
    static ServerAddress parse(String text) {
        if (text.startsWith("unix:") && text.length() > "unix:".length()) {
            return new Unix(Path.of(text.substring("unix:".length())));
        }
        int colon = text.lastIndexOf(':');
        if (colon > 0) {
            String host = text.substring(0, colon);
            boolean bracketed = host.startsWith("[") && host.endsWith("]");
            String port = text.substring(colon + 1);
            if ((bracketed || !host.contains(":")) && port.matches("[0-9]{1,5}") && !host.contains("/")) {
                return new Tcp(bracketed ? host.substring(1, host.length() - 1) : host, Integer.parseInt(port));
            }
        }
        throw new IllegalArgumentException(
                "Expected a server's address as unix:PATH, HOST:PORT or [IPV6]:PORT, found '" + text + "'");
    }
}
