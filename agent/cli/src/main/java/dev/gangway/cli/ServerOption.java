package dev.gangway.cli;

import dev.gangway.bridge.client.ServerAddress;
import dev.gangway.bridge.client.StreamKind;
import dev.gangway.v1.EnvironmentConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/**
 * The options of the commands that may need an environment server: {@code --server} names a running server, {@code
 * --streams} chooses how steps travel, and the others configure private servers, whose operator is the user.
 */
final class ServerOption {
    /**
     * How long a private server outlives a signal. The time is longer than the time that {@link Interrupt} gives a
     * command.
     */
    private static final Duration EXIT_GRACE = Duration.ofSeconds(8);

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
            names = "--allow",
            paramLabel = "ID_GLOB",
            description = "The private server offers the ids that match this or another --allow instead of those that"
                    + " it offers by default; may be repeated.")
    private List<String> allow = List.of();

    @Option(
            names = "--allow-argument",
            paramLabel = "NAME",
            description = "Lets the constructor's argument have any value, which a private server does anyway; may be"
                    + " repeated.")
    private List<String> allowArguments = List.of();

    @Option(
            names = "--max-copies",
            paramLabel = "N",
            description = "Copies in a session of the private server (65536).")
    private Integer maxCopies;

    @Option(
            names = "--max-workers",
            paramLabel = "N",
            description =
                    "Copies in a session of the private server with VECTORIZATION_MODE_ASYNC, each a process (64).")
    private Integer maxWorkers;

    @Option(
            names = "--streams",
            paramLabel = "KIND",
            description = "How steps travel: ${COMPLETION-CANDIDATES}. AUTO, the default, is without gRPC where the "
                    + "server offers that and shares this machine.")
    private StreamKind streams = StreamKind.AUTO;

    /**
     * Returns the address that {@code --server} gives, if the option was used.
     *
     * @throws UsageException when the text is not an address
     */
    Optional<ServerAddress> address() {
        try {
            return Optional.ofNullable(text).map(ServerAddress::parse);
        } catch (IllegalArgumentException e) {
            throw new UsageException("--server: " + e.getMessage(), e);
        }
    }

    /**
     * Refuses combinations of options that cannot work, before anything is started.
     *
     * @throws UsageException when the address is malformed, when a module is to be imported into a server that is not
     *     private, or when an option is given for an environment that needs no server
     */
    void check(EnvironmentConfig environment) {
        var unused = address();
        if (!environment.hasGymnasium()) {
            refuseForNative();
        }
        if (text != null && environment.getGymnasium().getImportsCount() > 0) {
            throw onlyPrivate("environment.gymnasium.imports");
        }
    }

    private void refuseForNative() {
        String given = text != null ? "--server" : firstOf(privateArguments());
        if (given != null) {
            throw new UsageException(
                    given + ": expected only with a Gymnasium environment, found a native one, which needs no server",
                    null);
        }
    }

    private static UsageException onlyPrivate(String setting) {
        return new UsageException(
                setting + ": expected only with a private server, found --server; that server's operator starts it with"
                        + " what it needs (gangway serve --help)",
                null);
    }

    /** Returns the server of a command that may end at once after a signal. */
    Server server() {
        return server(Optional.empty(), Duration.ZERO);
    }

    /**
     * Returns the server of a command that needs the server for a while after a signal.
     *
     * @param log file to which a private server writes its log
     */
    Server server(Path log) {
        return server(Optional.of(log), EXIT_GRACE);
    }

    private Server server(Optional<Path> log, Duration exitGrace) {
        String given = firstOf(privateArguments());
        if (text != null && given != null) {
            throw onlyPrivate(given);
        }
        return new Server(address(), streams, privateArguments(), log, exitGrace);
    }

    /** Returns the command-line arguments of {@code python -m gangway_envserver} that the options ask for. */
    private List<String> privateArguments() {
        List<String> arguments = new ArrayList<>();
        for (String module : imports) {
            arguments.addAll(Server.importing("--import", module));
        }
        allow.forEach(glob -> arguments.addAll(List.of("--allow", glob)));
        allowArguments.forEach(name -> arguments.addAll(List.of("--allow-argument", name)));
        if (maxCopies != null) {
            arguments.addAll(List.of("--max-copies", maxCopies.toString()));
        }
        if (maxWorkers != null) {
            arguments.addAll(List.of("--max-workers", maxWorkers.toString()));
        }
        return arguments;
    }

    private static String firstOf(List<String> arguments) {
        return arguments.isEmpty() ? null : arguments.get(0);
    }
}
