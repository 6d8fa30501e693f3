package dev.gangway.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.gangway.bridge.client.RemoteEnvOptions;
import dev.gangway.environment.ResetRequest;
import dev.gangway.environment.Tensor;
import dev.gangway.environment.VectorEnv;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Runs the test that the README shows. */
@Tag("process")
class ExampleTest {
    @RegisterExtension
    static final EnvironmentServerExtension SERVER = EnvironmentServerExtension.python();

    @Test
    void everyStepOfCartPoleIsWorthOne() {
        try (VectorEnv env = SERVER.client().open(RemoteEnvOptions.of("CartPole-v1", 2))) {
            env.reset(ResetRequest.seeded(0, 2));
            assertEquals(1.0, env.step(Tensor.ofLongs(new int[] {2}, 0, 1)).rewards()[1]);
        }
    }
}
