package dev.gangway.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An environment that draws from its own spaces trains the same with the same seed. */
@Tag("process")
class SeededSpacesTest {
    private static final String ENVIRONMENT = """
            import gymnasium
            import numpy as np
            from gymnasium import spaces

            class Draws(gymnasium.Env):
                observation_space = spaces.Box(0.0, 1.0, (2,), np.float32)

                def __init__(self):
                    self.action_space = spaces.Discrete(5)

                def reset(self, *, seed=None, options=None):
                    super().reset(seed=seed)
                    return self.observation_space.sample(), {}

                def step(self, action):
                    reward = float(self.action_space.sample() == action)
                    return self.observation_space.sample(), reward, False, False, {}

            gymnasium.register("seeded/Draws-v0", f"{__name__}:Draws", max_episode_steps=7)
            """;

    @TempDir
    private Path directory;

    private Path module;
    private int trainings;

    @BeforeEach
    void write() throws IOException {
        module = Files.writeString(directory.resolve("drawing_environment.py"), ENVIRONMENT);
    }

    private String train(String vectorization, int seed) throws IOException {
        trainings++;
        Path run = directory.resolve("run" + trainings);
        Path experiment = Files.writeString(directory.resolve("draws.textproto"), """
                environment { gymnasium { id: "seeded/Draws-v0" vectorization_mode: VECTORIZATION_MODE_%s } copies: 2 }
                rollout { steps: 8 }
                policy { mlp { hidden: [4] } }
                estimator { gae {} value_function { hidden: [4] optimizer { adam { learning_rate: 1e-2 } } } }
                optimizer { adam { learning_rate: 1e-2 } }
                stop { max_env_steps: 160 }
                checkpoint { every_updates: 4 }
                seed: %d
                """.formatted(vectorization, seed));
        Gangway.done("train", experiment.toString(), "--quiet", "--import", module.toString(), "--out", run.toString());
        return Files.readString(run.resolve("episodes.csv"));
    }

    @Test
    void twoTrainingsOfOneSeedSeeTheSameEpisodes() throws IOException {
        for (String vectorization : new String[] {"LOOP", "SYNC"}) {
            String episodes = train(vectorization, 3);
            assertEquals(episodes, train(vectorization, 3));
            assertNotEquals(episodes, train(vectorization, 4));
        }
    }
}
