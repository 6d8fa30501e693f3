package dev.gangway.bridge.client;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Says how to start a {@link PrivateServer}. Start with {@link #of} and change what you need.
 *
 * @param python an interpreter that has the server installed
 * @param arguments further command-line arguments of {@code python -m gangway_envserver}
 * @param log file to which the server's log is appended; without a file only the last lines are kept, in memory, for
 *     errors
 * @param modulePath directories in which Python looks first for the modules of environments of your own. The
 *     directories of the variable {@code PYTHONPATH} come after them; the working directory is not searched
 * @param startTimeout longest time until the server listens
 * @param exitGrace how long the server may go on once the JVM shuts down, before it is ended; a shutdown hook of yours
 *     that still needs the server has this time
 */
public record PrivateServerOptions(
        PythonRuntime python,
        List<String> arguments,
        Optional<Path> log,
        List<Path> modulePath,
        Duration startTimeout,
        Duration exitGrace) {
    /** Copies the lists. */
    public PrivateServerOptions {
        arguments = List.copyOf(arguments);
        modulePath = List.copyOf(modulePath);
    }

    /** Returns options without a log file, with 60 s to start and without exit grace. */
    public static PrivateServerOptions of(PythonRuntime python) {
        return new PrivateServerOptions(
                python, List.of(), Optional.empty(), List.of(), Duration.ofSeconds(60), Duration.ZERO);
    }

    /** Returns these options with further command-line arguments for the server. */
    public PrivateServerOptions withArguments(String... further) {
        return new PrivateServerOptions(python, List.of(further), log, modulePath, startTimeout, exitGrace);
    }

    /** Returns these options with a log file, to which the server appends. */
    public PrivateServerOptions withLog(Path file) {
        return new PrivateServerOptions(python, arguments, Optional.of(file), modulePath, startTimeout, exitGrace);
    }

    /** Returns these options with directories that hold environments of your own. */
    public PrivateServerOptions withModulePath(Path... directories) {
        return new PrivateServerOptions(python, arguments, log, List.of(directories), startTimeout, exitGrace);
    }

    /** Returns these options with another longest time to start. */
    public PrivateServerOptions withStartTimeout(Duration time) {
        return new PrivateServerOptions(python, arguments, log, modulePath, time, exitGrace);
    }

    /** Returns these options with another time for which the server may go on once the JVM shuts down. */
    public PrivateServerOptions withExitGrace(Duration time) {
        return new PrivateServerOptions(python, arguments, log, modulePath, startTimeout, time);
    }
}
