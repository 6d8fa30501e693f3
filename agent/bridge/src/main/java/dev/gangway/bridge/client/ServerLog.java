package dev.gangway.bridge.client;

import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Collects what a server process writes on standard error, and on standard output apart from its address.
 *
 * <p>With a log file, the process writes its standard error straight into the file, so that nothing is lost however
 * this program ends. Without a file, both streams are read here and the last lines are kept.
 */
final class ServerLog {
    private static final Logger LOG = LoggerFactory.getLogger(ServerLog.class);

    private static final int LINES = 15;
    private static final int TAIL_BYTES = 8_192;

    private final Optional<Path> file;
    private final Deque<String> lines = new ArrayDeque<>();

    ServerLog(Optional<Path> file) {
        this.file = file;
    }

    void redirect(ProcessBuilder builder) {
        if (file.isPresent()) {
            builder.redirectError(ProcessBuilder.Redirect.appendTo(file.get().toFile()));
        } else {
            builder.redirectErrorStream(true);
        }
    }

    /** Adds a line that the process wrote on standard output. */
    void add(String line) {
        if (file.isPresent()) {
            try {
                Files.writeString(
                        file.get(),
                        line + System.lineSeparator(),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.APPEND);
            } catch (IOException failed) {
                LOG.warn("Could not write to {}", file.get(), failed);
            }
            return;
        }
        synchronized (lines) {
            if (lines.size() == LINES) {
                lines.removeFirst();
            }
            lines.addLast(line);
        }
    }

    /** Returns the last lines and says where the others are, for the end of an error message. */
    String ending() {
        List<String> last = tail();
        String place = file.map(path -> " of " + path).orElse("");
        return last.isEmpty()
                ? ". It logged nothing"
                : ". The last lines of its log" + place + ":\n    " + String.join("\n    ", last);
    }

    private List<String> tail() {
        if (file.isEmpty()) {
            synchronized (lines) {
                return List.copyOf(lines);
            }
        }
        try (var channel = Files.newByteChannel(file.get())) {
            channel.position(Math.max(0, channel.size() - TAIL_BYTES));
            byte[] bytes = Channels.newInputStream(channel).readAllBytes();
            List<String> all = new String(bytes, StandardCharsets.UTF_8).lines().toList();
            return all.subList(Math.max(0, all.size() - LINES), all.size());
        } catch (IOException unreadable) {
            return List.of("(unreadable: " + unreadable.getMessage() + ")");
        }
    }
}
