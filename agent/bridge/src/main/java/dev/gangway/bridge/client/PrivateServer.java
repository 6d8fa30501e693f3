package dev.gangway.bridge.client;

import dev.gangway.environment.EnvironmentException;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

/**
 * A Python environment server of this program's own: it listens where only this user can reach it and lives no longer
 * than this program.
 *
 * <p>The server chooses its address (a Unix socket in a new directory of mode 0700, or a loopback port where there are
 * no Unix sockets) and prints it on standard output. It holds the other end of its standard input: whatever way this
 * program ends, {@code kill -9} included, the operating system closes that pipe, and the server ends and removes its
 * socket. {@link #close} and a shutdown hook do it sooner and, if need be, by force.
 *
 * <p>Starting does not wait, so that this program can do something else meanwhile; {@link EnvironmentClient#connect}
 * waits. Close the clients first. Thread-safe.
 */
public final class PrivateServer implements AutoCloseable {
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(3);
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final PrivateServerOptions options;
    private final ServerLog log;
    private final Process process;
    private final CompletableFuture<ServerAddress> address = new CompletableFuture<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile boolean closing;
    private final Thread reader = new Thread(this::read, "gangway-server-output");
    private final Thread hook = new Thread(this::closeAtExit, "gangway-server-exit");

    private PrivateServer(PrivateServerOptions options, ServerLog log, Process process) {
        this.options = options;
        this.log = log;
        this.process = process;
    }

    /**
     * Starts a server and returns at once.
     *
     * @throws EnvironmentException when Python cannot be run
     */
    public static PrivateServer start(PrivateServerOptions options) {
        List<String> command = new ArrayList<>();
        command.add(options.python().executable().toString());
        command.add("-P"); // Python must not import modules from the working directory
        command.addAll(List.of("-m", "gangway_envserver", "--private", "--exit-with-parent"));
        command.addAll(options.arguments());
        ProcessBuilder builder = new ProcessBuilder(command);
        prepare(builder.environment(), options);
        ServerLog log = new ServerLog(options.log());
        log.redirect(builder);
        PrivateServer server;
        try {
            server = new PrivateServer(options, log, builder.start());
        } catch (IOException failed) {
            throw new EnvironmentException(
                    "Could not start the environment server with " + command.get(0) + ": " + failed.getMessage(),
                    failed);
        }
        try {
            Runtime.getRuntime().addShutdownHook(server.hook);
        } catch (IllegalStateException shuttingDown) {
            server.process.destroyForcibly();
            throw new EnvironmentException("Expected a running program, found that it is shutting down", shuttingDown);
        }
        server.reader.setDaemon(true);
        server.reader.start();
        return server;
    }

    static void prepare(Map<String, String> environment, PrivateServerOptions options) {
        // The server looks there last, so that modules can be imported and none of its own packages is replaced.
        String folders = environment.getOrDefault("PYTHONPATH", "");
        environment.put("GANGWAY_MODULE_PATH", folders);
        // Variables that would change the interpreter without the user's knowledge.
        List.of("PYTHONPATH", "PYTHONHOME", "PYTHONSTARTUP", "PYTHONINSPECT").forEach(environment::remove);
        environment.put("PYTHONUNBUFFERED", "1");
        environment.put("PYGAME_HIDE_SUPPORT_PROMPT", "1");
        if (!options.modulePath().isEmpty()) {
            environment.put(
                    "PYTHONPATH",
                    options.modulePath().stream()
                            .map(directory -> directory.toAbsolutePath().toString())
                            .collect(Collectors.joining(File.pathSeparator)));
        }
        // Environments are small: a thread pool per library costs more than it gives, and takes the learner's cores.
        for (String library : List.of("OMP", "OPENBLAS", "MKL", "NUMEXPR")) {
            environment.putIfAbsent(library + "_NUM_THREADS", "1");
        }
    }

    /**
     * Waits until the server listens and returns its address.
     *
     * @throws ServerLostException when it ended before, or took longer than the start timeout
     */
    public ServerAddress awaitAddress() {
        try {
            return address.get(options.startTimeout().toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException failed) {
            Throwable cause = Objects.requireNonNull(failed.getCause());
            throw new ServerLostException(String.valueOf(cause.getMessage()), cause);
        } catch (TimeoutException late) {
            throw new ServerLostException(
                    "The environment server did not listen within "
                            + options.startTimeout().toMillis() + " ms" + log.ending(),
                    late);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new EnvironmentException("Interrupted while waiting for the environment server", interrupted);
        }
    }

    /** Returns the process id. */
    public long pid() {
        return process.pid();
    }

    /** Returns whether the process runs. */
    public boolean isAlive() {
        return process.isAlive();
    }

    /** Runs an action when the process has ended, or at once if it has ended already. */
    void onExit(Runnable action) {
        var unused = process.onExit().thenRun(action);
    }

    /**
     * Returns how the process ended, with the last lines of its log; empty if it runs for longer than {@code patience}.
     */
    Optional<String> obituary(Duration patience) {
        try {
            if (!process.waitFor(patience.toNanos(), TimeUnit.NANOSECONDS)) {
                return Optional.empty();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
        if (closing) {
            return Optional.of("this program has closed it");
        }
        return Optional.of(
                "its process " + process.pid() + " ended with " + describe(process.exitValue()) + log.ending());
    }

    private static String describe(int exitCode) {
        String name = switch (exitCode - 128) {
            case 1 -> "SIGHUP";
            case 2 -> "SIGINT";
            case 4 -> "SIGILL";
            case 6 -> "SIGABRT";
            case 7 -> "SIGBUS";
            case 8 -> "SIGFPE";
            case 9 -> "SIGKILL: someone killed it, or memory ran out";
            case 11 -> "SIGSEGV";
            case 15 -> "SIGTERM";
            default -> "";
        };
        return "exit code " + exitCode + (name.isEmpty() ? "" : " (signal " + (exitCode - 128) + ", " + name + ")");
    }

    private void read() {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (address.isDone() || !announces(line)) {
                    log.add(line);
                }
            }
        } catch (IOException closedMeanwhile) {
            // The same as the end of the stream.
        }
        if (!address.isDone()) {
            address.completeExceptionally(new EnvironmentException("The environment server did not start: "
                    + obituary(PATIENCE).orElseGet(() -> "it closed its standard output" + log.ending())));
        }
    }

    private boolean announces(String line) {
        Optional<Map<String, String>> announcement = FlatJson.parse(line);
        if (announcement.isEmpty() || !announcement.get().containsKey("gangway_envserver")) {
            return false;
        }
        String text = announcement.get().getOrDefault("address", "");
        try {
            address.complete(ServerAddress.parse(text));
        } catch (IllegalArgumentException invalid) {
            address.completeExceptionally(invalid);
        }
        return true;
    }

    private void closeAtExit() {
        try {
            boolean unused = closed.await(options.exitGrace().toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        end();
    }

    /**
     * Ends the server and the processes that it started, and waits until they have ended. Closing again does nothing.
     */
    @Override
    public void close() {
        end();
        try {
            boolean unused = Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException shuttingDown) {
            // The hook finds the server closed.
        }
    }

    private synchronized void end() {
        if (closed.getCount() == 0) {
            return;
        }
        closing = true;
        List<ProcessHandle> children = process.descendants().toList();
        try {
            process.getOutputStream().close();
            if (!process.waitFor(CLOSE_TIMEOUT.toNanos(), TimeUnit.NANOSECONDS)) {
                process.destroyForcibly().waitFor();
            }
            reader.join(CLOSE_TIMEOUT.toMillis());
        } catch (IOException alreadyClosed) {
            process.destroyForcibly();
        } catch (InterruptedException interrupted) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        children.forEach(ProcessHandle::destroyForcibly);
        removeSocket();
        closed.countDown();
    }

    /** Removes the socket that a killed server leaves behind. */
    private void removeSocket() {
        if (address.isDone()
                && !address.isCompletedExceptionally()
                && address.join() instanceof ServerAddress.Unix unix) {
            Path directory = Objects.requireNonNull(unix.path().toAbsolutePath().getParent());
            try {
                Files.deleteIfExists(unix.path());
                Files.deleteIfExists(DirectStream.path(unix.path()));
                Files.deleteIfExists(unix.path().resolveSibling(unix.path().getFileName() + ".lock"));
                if (directory.getFileName().toString().startsWith("gangway-")) {
                    Files.deleteIfExists(directory);
                }
            } catch (IOException inUse) {
                // Someone else's files are there: theirs to remove.
            }
        }
    }
}
