package dev.gangway.bridge.client;

import static java.lang.Double.NaN;
import static java.lang.Double.POSITIVE_INFINITY;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gangway.environment.AutoresetMode;
import dev.gangway.environment.DType;
import dev.gangway.environment.Infos;
import dev.gangway.environment.ResetRequest;
import dev.gangway.environment.Space;
import dev.gangway.environment.Tensor;
import dev.gangway.environment.Value;
import dev.gangway.environment.VectorEnv;
import dev.gangway.environment.local.CartPoleOptions;
import dev.gangway.environment.local.NativeCartPole;
import dev.gangway.environment.random.NumpyRandom;
import dev.gangway.environment.random.Streams;
import dev.gangway.v1.FailureReason;
import dev.gangway.v1.GymnasiumEnvironment;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Seeds of any width, the action space's own randomness, and objects in infos, on the real server. */
@Tag("process")
class SeedsAndInfosTest {
    private static final Tensor STEP = Tensor.ofLongs(new int[] {1}, 0);
    private static final short[] HALVES = {0, 0x3C00, 0x4000, 0x4200, 0x4400, 0x4500}; // 0 … 5 in binary16
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

    /** The same as {@code SENT} of odd_environments.py. */
    private static Map<String, Object> options() {
        Map<String, Object> inner = new LinkedHashMap<>();
        inner.put("y", Map.of("x", Map.of()));
        inner.put("b", List.of(true, List.of(Infos.NONE, "t", List.of()), Map.of("k", -0.0)));
        BigInteger big = BigInteger.ONE.shiftLeft(63);
        Map<String, Object> options = new LinkedHashMap<>();
        options.put("z", Infos.NONE);
        options.put("a", inner);
        options.put(
                "numbers",
                List.of(
                        0,
                        -1L,
                        Long.MAX_VALUE,
                        Long.MIN_VALUE,
                        big,
                        big.shiftLeft(137).negate(),
                        1.5,
                        POSITIVE_INFINITY,
                        NaN));
        options.put("texts", List.of("", "é😀", new byte[0], new byte[] {0, -1}));
        options.put(
                "scalars",
                List.of(
                        new Infos.NumpyScalar(Tensor.ofFloats(new int[0], 1.5f)),
                        new Infos.NumpyScalar(Tensor.wrap(DType.UINT8, new int[0], bytes(DType.UINT8, 255)))));
        options.put(
                "arrays",
                Arrays.stream(DType.values())
                        .map(dtype -> Tensor.wrap(dtype, new int[] {2, 3}, bytes(dtype, 0, 1, 2, 3, 4, 5)))
                        .toList());
        options.put(
                "odd arrays",
                List.of(
                        Tensor.wrap(DType.FLOAT64, new int[] {2, 0}, bytes(DType.FLOAT64)),
                        Tensor.wrap(DType.INT8, new int[0], bytes(DType.INT8, 7))));
        return options;
    }

    private static ByteBuffer bytes(DType dtype, int... values) {
        ByteBuffer data = Tensor.allocate(dtype, new int[] {values.length});
        for (int value : values) {
            switch (dtype) {
                case BOOL -> data.put((byte) (value == 0 ? 0 : 1));
                case INT8, UINT8 -> data.put((byte) value);
                case INT16, UINT16 -> data.putShort((short) value);
                case INT32, UINT32 -> data.putInt(value);
                case INT64, UINT64 -> data.putLong(value);
                case FLOAT16 -> data.putShort(HALVES[value]);
                case FLOAT32 -> data.putFloat(value);
                case FLOAT64 -> data.putDouble(value);
            }
        }
        return data.flip();
    }

    @Test
    void optionsArriveAsTheyDoInProcess() {
        try (VectorEnv env = real.client.open(RemoteEnvOptions.of("Receives-v0", 1))) {
            var request = new ResetRequest(List.of(), options(), List.of());
            Map<String, Object> info = env.reset(request).infos().rows().get(0);
            assertEquals(info.get("in process"), info.get("received"));
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
        try (VectorEnv env = real.client.open(speaks.build(), 1, AutoresetMode.SAME_STEP, Optional.empty())) {
            Infos infos = env.reset(ResetRequest.seeded(0, 1)).infos();
            assertInstanceOf(Infos.Opaque.class, infos.rows().get(0).get("reset"));
        }
        speaks.setInfoObjects(dev.gangway.v1.InfoObjects.INFO_OBJECTS_REFUSE);
        try (VectorEnv env = real.client.open(speaks.build(), 1, AutoresetMode.SAME_STEP, Optional.empty())) {
            var error = assertThrows(RemoteEnvironmentException.class, () -> env.reset(ResetRequest.seeded(0, 1)));
            assertEquals(FailureReason.FAILURE_REASON_UNSUPPORTED, error.reason());
        }
    }
}
