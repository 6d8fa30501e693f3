package dev.gangway.env.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gangway.env.AutoresetMode;
import dev.gangway.env.Infos;
import dev.gangway.env.ResetRequest;
import dev.gangway.env.Space;
import dev.gangway.env.Tensor;
import dev.gangway.env.Value;
import dev.gangway.env.VectorEnv;
import dev.gangway.env.local.CartPoleOptions;
import dev.gangway.env.local.NativeCartPole;
import dev.gangway.experiment.Lanes;
import dev.gangway.random.NumpyRandom;
import dev.gangway.random.Streams;
import dev.gangway.v1.EnvironmentConfig;
import dev.gangway.v1.FailureReason;
import dev.gangway.v1.GymnasiumEnvironment;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Seeds of any width, the action space's own randomness, and objects in infos, on the real server. */
class SeedsAndInfosTest {
    private static final Tensor STEP = Tensor.ofLongs(new int[] {1}, 0);
    private static TestServer real;

    @BeforeAll
    static void start() {
        real = TestServer.start();
    }

    @AfterAll
    static void stop() {
        real.close();
    }

    @Test
    void objectsInInfosAreTextUnlessTheyAreRefused() {
        RemoteEnvOptions options = RemoteEnvOptions.of("Speaks-v0", 1);
        try (VectorEnv env = real.client.open(options)) {
            assertEquals(
                    List.of(Map.of("reset", new Infos.Opaque("builtins.type", "<class 'odd_environments.Odd'>"))),
                    env.reset(ResetRequest.seeded(0, 1)).infos().rows());
            Object deep = env.step(STEP).infos().rows().get(0).get("step");
            assertEquals(List.of(Map.of("deep", new Infos.Opaque("builtins.type", "<class 'threading.Event'>"))), deep);
        }
        try (VectorEnv env = real.client.open(options.withInfoObjects(InfoObjects.REFUSE))) {
            var error = assertThrows(RemoteEnvironmentException.class, () -> env.reset(ResetRequest.seeded(0, 1)));
            assertEquals(FailureReason.FAILURE_REASON_UNSUPPORTED, error.reason());
            assertTrue(error.getMessage().contains("The info 'reset' of copy 0 holds a builtins.type"));
            env.reset(new ResetRequest(List.of(), Map.of("quiet", true), List.of()));
            error = assertThrows(RemoteEnvironmentException.class, () -> env.step(STEP));
            assertTrue(error.getMessage().contains("The info 'step' of copy 0"), error::getMessage);
        }
    }

    @Test
    void seedsOfAnyWidthAreThoseOfGymnasium() {
        BigInteger wide = BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE);
        for (BigInteger seed : List.of(wide, wide.shiftLeft(64), BigInteger.TEN.pow(60))) {
            List<BigInteger> seeds = List.of(seed, seed.add(BigInteger.ONE));
            try (RemoteVectorEnv env = real.client.open(RemoteEnvOptions.of("CartPole-v1", 2));
                    VectorEnv ours = new NativeCartPole(2, AutoresetMode.SAME_STEP, CartPoleOptions.STANDARD)) {
                // Python's own generator is behind the one and Java's NumPy behind the other.
                assertEquals(
                        ours.reset(ResetRequest.seeded(seed, 2)).observations(),
                        env.reset(ResetRequest.seeded(seed, 2)).observations());
                assertEquals(seeds, env.call("np_random_seed", List.of(), Map.of()));
            }
        }
    }

    @Test
    void theSeedThatAnEnvironmentDrewItselfIsToldExactly() {
        try (RemoteVectorEnv env = real.client.open(RemoteEnvOptions.of("CartPole-v1", 1))) {
            Value observations = env.reset(ResetRequest.unseeded()).observations();
            BigInteger seed = assertInstanceOf(
                    BigInteger.class,
                    env.call("np_random_seed", List.of(), Map.of()).get(0)); // of 128 bits; below 2^63 once in 2^65
            assertEquals(observations, env.reset(ResetRequest.seeded(seed, 1)).observations());
        }
    }

    @Test
    void samplesOfTheActionSpaceHaveAStreamOfTheirOwn() {
        try (VectorEnv first = real.client.open(RemoteEnvOptions.of("Pendulum-v1", 1));
                VectorEnv second = real.client.open(RemoteEnvOptions.of("Pendulum-v1", 1))) {
            Space space = first.spec().actionSpace();
            NumpyRandom random = Streams.of(7).stream("action-space", 0);
            List<Value> drawn =
                    IntStream.range(0, 5).mapToObj(i -> space.sample(random)).toList();
            for (VectorEnv env : List.of(first, second)) {
                env.reset(ResetRequest.seeded(3, 1));
            }
            NumpyRandom again = Streams.of(7).stream("action-space", 0);
            for (Value action : drawn) {
                // The environment's own draws, in between, move nothing, and neither do these move them.
                assertEquals(action, space.sample(again));
                Value batch = space.concatenate(List.of(action));
                assertEquals(
                        first.step(batch).observations(), second.step(batch).observations());
                second.spec().actionSpace().sample(Streams.of(8).stream("action-space", 0));
            }
            assertEquals(
                    first.reset(ResetRequest.unseeded()).observations(),
                    second.reset(ResetRequest.unseeded()).observations());
        }
    }

    @Test
    void anExperimentSaysWhatBecomesOfObjects() {
        GymnasiumEnvironment.Builder speaks = GymnasiumEnvironment.newBuilder().setId("Speaks-v0");
        EnvironmentConfig.Builder config =
                EnvironmentConfig.newBuilder().setCopies(1).setLanes(1);
        try (Lanes lanes = Lanes.open(config.setGymnasium(speaks).build(), () -> real.client)) {
            Infos infos = lanes.envs().get(0).reset(ResetRequest.seeded(0, 1)).infos();
            assertInstanceOf(Infos.Opaque.class, infos.rows().get(0).get("reset"));
        }
        speaks.setInfoObjects(dev.gangway.v1.InfoObjects.INFO_OBJECTS_REFUSE);
        try (Lanes lanes = Lanes.open(config.setGymnasium(speaks).build(), () -> real.client)) {
            VectorEnv env = lanes.envs().get(0);
            var error = assertThrows(RemoteEnvironmentException.class, () -> env.reset(ResetRequest.seeded(0, 1)));
            assertEquals(FailureReason.FAILURE_REASON_UNSUPPORTED, error.reason());
        }
    }
}
