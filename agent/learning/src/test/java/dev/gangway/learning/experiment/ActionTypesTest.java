package dev.gangway.learning.experiment;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.gangway.bridge.client.EnvironmentClient;
import dev.gangway.bridge.client.PrivateServer;
import dev.gangway.bridge.client.PrivateServerOptions;
import dev.gangway.bridge.client.PythonRuntime;
import dev.gangway.bridge.client.RemoteEnvOptions;
import dev.gangway.environment.DType;
import dev.gangway.environment.ResetRequest;
import dev.gangway.environment.Space;
import dev.gangway.environment.StepResult;
import dev.gangway.environment.Tensor;
import dev.gangway.environment.VectorEnv;
import dev.gangway.inference.policy.ActionEncoder;
import dev.gangway.inference.policy.Distributions;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A policy's real numbers reach environments of every Box type as NumPy clips and casts them. */
@Tag("process")
class ActionTypesTest {
    private static final int COPIES = 4;

    @Test
    void numbersAreClippedAndCastAsNumPyDoes() throws URISyntaxException {
        Set<DType> seen = EnumSet.noneOf(DType.class);
        Path module =
                Path.of(ActionTypesTest.class.getResource("cast_environment.py").toURI());
        try (PrivateServer server = PrivateServer.start(PrivateServerOptions.of(PythonRuntime.locate())
                        .withModulePath(module.getParent())
                        .withArguments("--import", "cast_environment"));
                EnvironmentClient client = EnvironmentClient.connect(server)) {
            for (int type = 0; type < DType.values().length; type++) {
                RemoteEnvOptions options =
                        RemoteEnvOptions.of("Cast-v0", COPIES).withArguments(Map.of("size", type));
                try (VectorEnv env = client.open(options)) {
                    Space actions = env.spec().actionSpace();
                    seen.add(actions.asArraySpace().dtype());
                    check(env, new ActionEncoder(actions, Distributions.of(actions, false)));
                }
            }
        }
        assertEquals(EnumSet.allOf(DType.class), seen);
    }

    private static void check(VectorEnv env, ActionEncoder encoder) {
        for (int episode = 0; episode < 20; episode++) {
            Tensor numbers = env.reset(ResetRequest.seeded((long) episode * COPIES, COPIES))
                    .observations()
                    .asTensor();
            float[] chosen = new float[numbers.size()];
            numbers.copyTo(chosen, 0);
            StepResult step = env.step(encoder.encode(chosen, COPIES));
            List<Object> told = new ArrayList<>();
            step.infos().rows().forEach(info -> told.add(info + "\n"));
            assertArrayEquals(
                    new double[] {1, 1, 1, 1}, step.rewards(), env.spec().actionSpace() + ": " + told);
        }
    }
}
