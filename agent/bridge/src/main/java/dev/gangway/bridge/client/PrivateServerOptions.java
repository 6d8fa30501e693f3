package dev.gangway.bridge.client;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How to start a {@link PrivateServer}. Start with {@link #of} and change what you need.
 *
 * @param python the interpreter that has the server installed
 * @param arguments further arguments of {@code python -m gangway_envserver}
 * @param log file that the server's log is appended to; empty keeps only its last lines, in memory, for errors
 * @param modulePath where Python looks for the modules of environments of your own, before its own places. After
 *     these come the directories of the variable {@code PYTHONPATH}; the working directory does not count
 * @param startTimeout longest wait until the server listens
 * @param exitGrace how long, once the JVM shuts down, the server is left to its owner before it is ended: time for a
 *     shutdown hook of yours that still needs it
 */
public record PrivateServerOptions(
        PythonRuntime python,
        List<String> arguments,
        Optional<Path> log,
        List<Path> modulePath,
        Duration startTimeout,
        Duration exitGrace) {
    /** Copies the lists, so that nobody changes them. */
    public PrivateServerOptions {
        arguments = List.copyOf(arguments);
        modulePath = List.copyOf(modulePath);
    }

    /** Returns the options of a server without a log file, with 60 s to start and no grace. */
    public static PrivateServerOptions of(PythonRuntime python) {
        return new PrivateServerOptions(
                python, List.of(), Optional.empty(), List.of(), Duration.ofSeconds(60), Duration.ZERO);
    }

    /** Returns these options with further arguments for the server. */
    public PrivateServerOptions withArguments(String... further) {
        return new PrivateServerOptions(python, List.of(further), log, modulePath, startTimeout, exitGrace);
    }

    /** Returns these options with a log file. */
    public PrivateServerOptions withLog(Path file) {
        return new PrivateServerOptions(python, arguments, Optional.of(file), modulePath, startTimeout, exitGrace);
    }

    /** Returns these options with directories that hold environments of your own. */
    public PrivateServerOptions withModulePath(Path... directories) {
        return new PrivateServerOptions(python, arguments, log, List.of(directories), startTimeout, exitGrace);
    }

    /** Returns these options with another time to start. */
    public PrivateServerOptions withStartTimeout(Duration time) {
        return new PrivateServerOptions(python, arguments, log, modulePath, time, exitGrace);
    }

    /** Returns these options with a grace when the JVM shuts down. */
    public PrivateServerOptions withExitGrace(Duration time) {
        return new PrivateServerOptions(python, arguments, log, modulePath, startTimeout, time);
    }
}
