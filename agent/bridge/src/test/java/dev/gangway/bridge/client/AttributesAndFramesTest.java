package dev.gangway.bridge.client;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gangway.environment.ResetRequest;
import dev.gangway.environment.Tensor;
import dev.gangway.v1.FailureReason;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Attributes of environments, and renderings other than single images, on the real server. */
@Tag("process")
class AttributesAndFramesTest {
    private static final Tensor LEFT = Tensor.ofLongs(new int[] {2}, 0, 0);
    private static TestServer real;

    @BeforeAll
    static void start() {
        real = TestServer.start(
                "--allow-attribute",
                "gravity",
                "--allow-attribute",
                "has_wrapper_attr",
                "--allow-set-attribute",
                "gravity");
    }

    @AfterAll
    static void stop() {
        real.close();
    }

    @Test
    void attributesAreReadCalledAndSet() {
        try (RemoteVectorEnv env = real.client.open(RemoteEnvOptions.of("CartPole-v1", 2))) {
            env.reset(ResetRequest.seeded(5, 2));
            assertEquals(List.of(5L, 6L), env.call("np_random_seed", List.of(), Map.of()));
            assertEquals(List.of(9.8, 9.8), env.call("gravity", List.of(), Map.of()));
            env.setAttribute("gravity", List.of(1.5, 2.5));
            assertEquals(List.of(1.5, 2.5), env.call("gravity", List.of(), Map.of()));
            assertEquals(List.of(true, true), env.call("has_wrapper_attr", List.of("gravity"), Map.of()));
            assertEquals(List.of(false, false), env.call("has_wrapper_attr", List.of(), Map.of("name", "levity")));
        }
    }

    @Test
    void whatIsNotAllowedIsRefusedAndTheEnvironmentStands() {
        try (RemoteVectorEnv env = real.client.open(RemoteEnvOptions.of("CartPole-v1", 2))) {
            env.reset(ResetRequest.seeded(5, 2));
            var error = assertThrows(
                    RemoteEnvironmentException.class, () -> env.setAttribute("render_mode", List.of("human")));
            assertEquals(FailureReason.FAILURE_REASON_ATTRIBUTE_NOT_ALLOWED, error.reason());
            assertThrows(RemoteEnvironmentException.class, () -> env.call("unwrapped", List.of(), Map.of()));
            assertEquals(2, env.step(LEFT).rewards().length);
        }
    }

    @Test
    void listsOfImagesHoldThoseSinceTheLastRendering() {
        RemoteEnvOptions options = RemoteEnvOptions.of("CartPole-v1", 2).withRenderMode("rgb_array_list");
        try (RemoteVectorEnv env = real.client.open(options)) {
            env.reset(ResetRequest.seeded(5, 2));
            env.step(LEFT);
            List<Tensor> frames = env.renderList(1);
            assertEquals(2, frames.size());
            assertArrayEquals(new int[] {400, 600, 3}, frames.get(1).shape());
            env.step(LEFT);
            assertEquals(1, env.renderList(1).size());
        }
    }

    @Test
    void textsAreThoseOfTheEnvironment() {
        RemoteEnvOptions options = RemoteEnvOptions.of("FrozenLake-v1", 1).withRenderMode("ansi");
        try (RemoteVectorEnv env = real.client.open(options)) {
            env.reset(ResetRequest.seeded(5, 1));
            String text = env.renderText(0);
            assertTrue(text.contains("FFFH"), text);
        }
    }

    @Test
    void humanRenderingIsRefusedWithTheReason() {
        RemoteEnvOptions options = RemoteEnvOptions.of("CartPole-v1", 1).withRenderMode("human");
        var error = assertThrows(RemoteEnvironmentException.class, () -> real.client.open(options));
        assertTrue(error.getMessage().contains("this server has no display"), error::getMessage);
    }
}
