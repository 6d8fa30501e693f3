package dev.gangway.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an environment warns of is shown by a training, once, however many lanes and steps there are. */
@Tag("process")
class LoudTrainingTest {
    private static final String ENVIRONMENT = """
        import gymnasium
        from gymnasium import logger
        from gymnasium.envs.classic_control import CartPoleEnv

        class Loud(CartPoleEnv):
            def step(self, action):
                logger.warn("the pole is loud")
                return super().step(action)

        gymnasium.register("Loud-v0", Loud, max_episode_steps=50)
        """;

    @TempDir
    private Path directory;

    @Test
    void aWarningIsShownOnce() throws IOException {
        Path module = Files.writeString(directory.resolve("loud.py"), ENVIRONMENT);
        try (Child agent = new Child(
                directory,
                List.of(),
                "train",
                Gangway.experiment("cartpole.textproto"),
                "--quiet",
                "--import",
                module.toString(),
                "--out",
                directory.resolve("run").toString(),
                "--set",
                "environment={gymnasium {id: \"Loud-v0\"} copies: 4 lanes: 2}",
                "--set",
                "stop.max_env_steps=600")) {
            assertEquals(0, agent.awaitExit(Duration.ofMinutes(2)));
        }
        List<String> shown = Files.readAllLines(directory.resolve("err")).stream()
                .filter(line -> line.contains("the pole is loud"))
                .toList();
        assertEquals(1, shown.size(), shown::toString);
        assertEquals(
                "WARN dev.gangway.environment - Loud-v0: UserWarning: WARN: the pole is loud",
                shown.get(0).replaceFirst("^\\[.*?\\] ", ""));
    }
}
