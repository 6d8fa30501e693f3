package dev.gangway.cli;

import dev.gangway.testing.Await;
import dev.gangway.testing.PythonScript;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

/** The program in a process of its own, started as the launcher does; sockets go below a directory of the test's. */
final class Child implements AutoCloseable {
    /** Becomes the program, with SIGINT as it is in a terminal: background jobs inherit that it is ignored. */
    private static final String EXEC = "import os, signal, sys; signal.signal(signal.SIGINT, signal.SIG_DFL); "
            + "os.execv(sys.argv[1], sys.argv[1:])";

    private static final Duration START = Duration.ofSeconds(60);

    private final Path directory;
    private final Process process;

    /** Starts it; {@code directory} receives "out", "err" and the directory "tmp". */
    Child(Path directory, List<String> javaOptions, String... arguments) {
        this.directory = directory;
        List<String> command = new ArrayList<>(List.of(
                PythonScript.python().toString(),
                "-c",
                EXEC,
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1", // a life of seconds
                "-Djava.awt.headless=true",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                "-Dgangway.home=" + System.getProperty("gangway.home"),
                "-cp",
                System.getProperty("java.class.path")));
        command.addAll(javaOptions);
        command.add("dev.gangway.cli.Main");
        command.addAll(List.of(arguments));
        try {
            Files.createDirectories(tmp());
            ProcessBuilder builder = new ProcessBuilder(command)
                    .redirectOutput(directory.resolve("out").toFile())
                    .redirectError(directory.resolve("err").toFile());
            builder.environment().put("TMPDIR", tmp().toString());
            process = builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path tmp() {
        return directory.resolve("tmp");
    }

    String out() {
        return read(directory.resolve("out"));
    }

    String err() {
        return read(directory.resolve("err"));
    }

    /** Returns a file's text, or nothing while there is none. */
    static String read(Path file) {
        try {
            return Files.exists(file) ? Files.readString(file) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits, while the program runs, until a file holds so many lines. */
    void awaitLines(Path file, int lines) {
        await(lines + " lines in " + file, () -> read(file).lines().count() >= lines);
    }

    /** Waits, while the program runs, until a file is there. */
    void awaitFile(Path file) {
        await(file.toString(), () -> Files.exists(file));
    }

    /** Waits, while the program runs, for its environment server's process. */
    ProcessHandle awaitServer() {
        AtomicReference<ProcessHandle> found = new AtomicReference<>(); // a second look might find it gone
        await("the server's process", () -> {
            server().ifPresent(found::set);
            return found.get() != null;
        });
        return found.get();
    }

    /** Waits, while the program runs, until its server has made its socket. */
    void awaitSocket() {
        await("the server's socket", () -> sockets() > 0);
    }

    private void await(String what, java.util.function.BooleanSupplier condition) {
        Await.until(what, START, () -> {
            if (!process.isAlive() && !condition.getAsBoolean()) {
                throw new AssertionError("Waited for " + what + ", but the program ended:\n" + err());
            }
            return condition.getAsBoolean();
        });
    }

    private Optional<ProcessHandle> server() {
        return process.descendants()
                .filter(handle -> handle.info().commandLine().orElse("").contains("gangway_envserver"))
                .findFirst();
    }

    private long sockets() {
        try (Stream<Path> files = Files.walk(tmp())) {
            return files.filter(file -> file.endsWith("socket")).count();
        } catch (IOException | UncheckedIOException changing) {
            return 0;
        }
    }

    /** Ends the program's standard input, as the end of its parent does. */
    void closeInput() {
        try {
            process.getOutputStream().close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void signal(String name) {
        try {
            new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                    .inheritIO()
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Returns the exit code of the program, which has to end within the time. */
    int awaitExit(Duration time) {
        try {
            if (!process.waitFor(time.toNanos(), TimeUnit.NANOSECONDS)) {
                throw new AssertionError("The program did not end within " + time.toMillis() + " ms:\n" + err());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return process.exitValue();
    }

    /** Waits until the server is gone and has left no socket, lock or directory. */
    void awaitNothingLeft(ProcessHandle server, Duration time) {
        long start = System.nanoTime();
        Await.until("the end of the server's process", time, () -> !server.isAlive());
        Duration left = time.minusNanos(System.nanoTime() - start);
        Await.until("the end of the socket", left, () -> {
            try (Stream<Path> files = Files.list(tmp())) {
                return files.noneMatch(file -> file.getFileName().toString().startsWith("gangway-"));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    @Override
    public void close() {
        List<ProcessHandle> family = process.descendants().toList();
        process.destroyForcibly();
        family.forEach(ProcessHandle::destroyForcibly);
    }
}
