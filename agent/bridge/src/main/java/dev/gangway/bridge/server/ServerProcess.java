package dev.gangway.bridge.server;

import dev.gangway.environment.Version;
import dev.gangway.environment.provider.EnvironmentProvider;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A program that is an environment server: it announces itself on standard output as the Python server does, and ends
 * in order on SIGTERM, on SIGINT, or with its parent.
 *
 * <p>Standard output carries one line, a JSON object with {@code gangway_envserver} (the version), {@code address},
 * {@code incarnation} and {@code pid}, written when the server accepts connections. Whatever else is printed goes to
 * standard error.
 */
public final class ServerProcess {
    private static final Logger LOG = LoggerFactory.getLogger(ServerProcess.class);
    private static final Duration DRAIN = Duration.ofSeconds(5);

    private ServerProcess() {}

    /**
     * Serves until the program is asked to end, and ends it with exit code 0.
     *
     * @param exitWithParent whether to end when standard input ends
     * @throws dev.gangway.environment.EnvironmentException when the server cannot start
     */
    public static void run(ServerOptions options, List<EnvironmentProvider> providers, boolean exitWithParent)
            throws InterruptedException {
        PrintStream announcement = System.out;
        System.setOut(System.err);
        EnvironmentServer server;
        try {
            server = EnvironmentServer.start(options, providers);
        } catch (RuntimeException failed) {
            System.setOut(announcement);
            throw failed;
        }
        CountDownLatch parentGone = new CountDownLatch(1);
        Runtime.getRuntime()
                .addShutdownHook(new Thread(() -> end(server, parentGone.getCount() == 0), "gangway-server-end"));
        if (exitWithParent) {
            Thread watch = new Thread(() -> awaitEnd(System.in, parentGone), "gangway-parent-watch");
            watch.setDaemon(true);
            watch.start();
        }
        announcement.print("{\"gangway_envserver\": \"" + Version.current() + "\", \"address\": \""
                + escaped(server.address().toString()) + "\", \"incarnation\": \""
                + server.incarnation() + "\", \"pid\": "
                + ProcessHandle.current().pid() + "}\n");
        announcement.flush();
        LOG.info("Listening on {}.", server.address());
        parentGone.await(); // a signal runs the hook instead
        System.exit(0);
    }

    /** Returns the text as JSON has it, in ASCII, because the reader may expect another encoding than this program's. */
    private static String escaped(String text) {
        return text.chars()
                .mapToObj(c ->
                        c < ' ' || c > '~' || c == '"' || c == '\\' ? "\\u%04x".formatted(c) : String.valueOf((char) c))
                .collect(Collectors.joining());
    }

    /** The JVM answers a signal with exit code 128 + its number; a server that ended as asked has 0. */
    private static void end(EnvironmentServer server, boolean atOnce) {
        try {
            if (!atOnce) {
                server.drain(DRAIN);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        server.close();
        Runtime.getRuntime().halt(0);
    }

    private static void awaitEnd(InputStream in, CountDownLatch ended) {
        try {
            while (in.read() >= 0) {
                // What the parent writes has no meaning.
            }
        } catch (IOException closed) {
            // The same as its end.
        }
        ended.countDown();
    }
}
