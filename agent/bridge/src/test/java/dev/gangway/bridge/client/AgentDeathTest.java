package dev.gangway.bridge.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whatever way the agent ends, its private server ends with it and leaves no socket. */
@Tag("process")
@Timeout(60)
class AgentDeathTest {
    @TempDir
    Path directory;

    @Test
    void killed() throws Exception {
        Agent agent = start("wait");
        agent.process.destroyForcibly();
        agent.assertGone(137);
    }

    @Test
    void terminated() throws Exception {
        Agent agent = start("wait");
        agent.process.destroy();
        agent.assertGone(143);
    }

    @Test
    void interruptedFromTheKeyboard() throws Exception {
        Agent agent = start("wait");
        assertEquals(
                0,
                new ProcessBuilder("kill", "-INT", Long.toString(agent.process.pid()))
                        .start()
                        .waitFor());
        agent.assertGone(130);
    }

    @Test
    void exited() throws Exception {
        start("exit").assertGone(3);
    }

    @Test
    void endedByAnException() throws Exception {
        start("throw").assertGone(1);
    }

    private Agent start(String end) throws IOException {
        Process process = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-XX:+UseSerialGC",
                        "-Dgangway.home=" + System.getProperty("gangway.home"),
                        "-cp",
                        System.getProperty("java.class.path"),
                        AgentMain.class.getName(),
                        end)
                .redirectError(directory.resolve("errors").toFile())
                .start();
        try (BufferedReader output = process.inputReader()) {
            String line = output.readLine();
            assertTrue(line != null, () -> "the agent did not start: " + errors());
            String[] words = line.split(" unix:", -1);
            ProcessHandle server = ProcessHandle.of(Long.parseLong(words[0])).orElse(null);
            return new Agent(process, server, Path.of(words[1]));
        }
    }

    private String errors() {
        try {
            return Files.readString(directory.resolve("errors"));
        } catch (IOException unreadable) {
            return unreadable.toString();
        }
    }

    /**
     * A running agent.
     *
     * @param server its server's process, null when that has ended already
     */
    private record Agent(Process process, ProcessHandle server, Path socket) {
        void assertGone(int exitCode) throws InterruptedException {
            assertTrue(process.waitFor(20, TimeUnit.SECONDS));
            if (server != null) {
                server.onExit().orTimeout(10, TimeUnit.SECONDS).join();
            }
            assertEquals(exitCode, process.exitValue());
            assertFalse(Files.exists(socket.getParent()), socket::toString);
        }
    }
}
