package dev.gangway.cli;

import dev.gangway.env.remote.ServerAddress;
import dev.gangway.env.remote.StreamKind;
import dev.gangway.v1.EnvironmentConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** {@code --server}, {@code --import} and {@code --streams}, shared by the commands that may need an environment server. */
final class ServerOption {
    private static final Duration EXIT_GRACE = Duration.ofSeconds(15);

    @Option(
            names = "--server",
            paramLabel = "ADDRESS",
            description = "A running environment server, unix:PATH or HOST:PORT; by default a private one is started.")
    private String text;

    @Option(
            names = "--import",
            paramLabel = "MODULE",
            description = "A Python module that registers environments, by name or as a file NAME.py; may be repeated.")
    private List<String> imports = List.of();

    @Option(
            names = "--streams",
            paramLabel = "KIND",
            description = "How steps travel: ${COMPLETION-CANDIDATES}. AUTO, the default, is without gRPC where the "
                    + "server offers that and shares this machine.")
    private StreamKind streams = StreamKind.AUTO;

    /**
     * Returns the address that was given, if any.
     *
     * @throws UsageException when it is none
     */
    Optional<ServerAddress> address() {
        try {
            return Optional.ofNullable(text).map(ServerAddress::parse);
        } catch (IllegalArgumentException e) {
            throw new UsageException("--server: " + e.getMessage(), e);
        }
    }

    /**
     * Refuses what can be known to be wrong before anything is started.
     *
     * @throws UsageException when the address is none, or an option is given for an environment that needs no server
     */
    void check(EnvironmentConfig environment) {
        var unused = address();
        if (environment.hasNative()) {
            refuseForNative();
        }
    }

    /** Refuses both options for a native environment. */
    void refuseForNative() {
        if (text != null || !imports.isEmpty()) {
            throw new UsageException(
                    (text != null ? "--server" : "--import")
                            + ": expected only with a Gymnasium environment, found a native one, which needs no server",
                    null);
        }
    }

    /** Returns the server of a command that a signal may end at once. */
    Server server() {
        return new Server(address(), streams, imports, Optional.empty(), Duration.ZERO);
    }

    /** Returns the server of a command that needs it to end well after a signal; a private one logs to {@code log}. */
    Server server(Path log) {
        return new Server(address(), streams, imports, Optional.of(log), EXIT_GRACE);
    }
}
