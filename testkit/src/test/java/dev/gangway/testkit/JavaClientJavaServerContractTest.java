package dev.gangway.testkit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gangway.bridge.client.EnvironmentClient;
import dev.gangway.bridge.client.RemoteEnvOptions;
import dev.gangway.bridge.client.RemoteEnvironmentException;
import dev.gangway.bridge.client.RemoteVectorEnv;
import dev.gangway.bridge.client.ServerAddress;
import dev.gangway.bridge.server.CartPoleProvider;
import dev.gangway.environment.ResetRequest;
import dev.gangway.environment.Tensor;
import dev.gangway.environment.VectorEnv;
import dev.gangway.v1.ClipActionWrapper;
import dev.gangway.v1.FailureReason;
import dev.gangway.v1.Wrapper;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Runs both contracts with the Java client on the Java server, and tests what that server refuses. */
class JavaClientJavaServerContractTest {
    @RegisterExtension
    static final EnvironmentServerExtension SERVER = EnvironmentServerExtension.java(new CartPoleProvider());

    @Nested
    class Protocol extends ServerContract {
        Protocol() {
            super("CartPole-v1");
        }

        @Override
        protected ServerAddress address() {
            return SERVER.client().address();
        }
    }

    @Nested
    class CartPole extends Remote {
        CartPole() {
            super("CartPole-v1", 3, true);
        }

        @Override
        EnvironmentClient client() {
            return SERVER.client();
        }
    }

    @Test
    void refusesWrappersInsteadOfIgnoringThem() {
        Wrapper clip = Wrapper.newBuilder()
                .setClipAction(ClipActionWrapper.getDefaultInstance())
                .build();
        RemoteEnvOptions options = RemoteEnvOptions.of("CartPole-v1", 1).withWrappers(List.of(clip));
        var error = assertThrows(
                RemoteEnvironmentException.class, () -> SERVER.client().open(options));
        assertEquals(FailureReason.FAILURE_REASON_UNSUPPORTED, error.reason());
        assertTrue(error.getMessage().contains("settings.wrappers is of length 1: expected none"), error::getMessage);
    }

    @Test
    void refusesToReadAndToSetAttributesAndStands() {
        try (RemoteVectorEnv env = SERVER.client().open(RemoteEnvOptions.of("CartPole-v1", 1))) {
            env.reset(ResetRequest.seeded(0, 1));
            var read = assertThrows(RemoteEnvironmentException.class, () -> env.call("gravity", List.of(), Map.of()));
            assertEquals(FailureReason.FAILURE_REASON_UNSUPPORTED, read.reason());
            assertTrue(read.getMessage().contains("Call of 'gravity' is not implemented"), read::getMessage);
            var set = assertThrows(
                    RemoteEnvironmentException.class, () -> env.setAttribute("gravity", List.<Object>of(1.0)));
            assertEquals(FailureReason.FAILURE_REASON_UNSUPPORTED, set.reason());
            assertTrue(set.getMessage().contains("SetAttribute of 'gravity' is not implemented"), set::getMessage);
            assertEquals(1.0, env.step(Tensor.ofLongs(new int[] {1}, 0)).rewards()[0]);
        }
    }

    @Test
    void rendersAndTakesArgumentsAndRefusesThoseItDoesNotKnow() {
        RemoteEnvOptions options = RemoteEnvOptions.of("CartPole-v1", 2);
        try (VectorEnv env = SERVER.client()
                .open(options.withRenderMode("rgb_array").withArguments(Map.of("sutton_barto_reward", true)))) {
            env.reset(ResetRequest.seeded(0, 2));
            assertArrayEquals(new int[] {400, 600, 3}, env.render(1).shape());
            assertEquals(0.0, env.step(Tensor.ofLongs(new int[] {2}, 0, 1)).rewards()[0]);
        }
        var wrong = options.withArguments(Map.of("sutton_barto_reward", 1L));
        var error = assertThrows(
                RemoteEnvironmentException.class, () -> SERVER.client().open(wrong));
        assertEquals(FailureReason.FAILURE_REASON_ENVIRONMENT_RAISED, error.reason());
        assertTrue(error.getMessage().contains("expected a bool, found 1"), error::getMessage);
    }
}
