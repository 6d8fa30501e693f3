package dev.gangway.environment.local;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gangway.environment.AutoresetMode;
import dev.gangway.environment.DType;
import dev.gangway.environment.EnvironmentException;
import dev.gangway.environment.Infos;
import dev.gangway.environment.ResetRequest;
import dev.gangway.environment.Tensor;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** What the native cart-pole does beyond the contract of all environments. */
class NativeCartPoleTest {
    private final NativeCartPole env = new NativeCartPole(2, AutoresetMode.SAME_STEP, CartPoleOptions.STANDARD);

    private static ResetRequest withOptions(Map<String, Object> options) {
        return new ResetRequest(ResetRequest.seeded(4, 2).seeds(), options, List.of());
    }

    private static int[] pixel(Tensor image, int row, int column) {
        Tensor pixel = image.row(row).row(column);
        return new int[] {(int) pixel.getLong(0), (int) pixel.getLong(1), (int) pixel.getLong(2)};
    }

    @Test
    void describesCartPoleV1() {
        assertEquals("CartPole-v1", env.spec().id());
        assertEquals(
                "Box([-4.8 -inf -0.41887903 -inf], [4.8 inf 0.41887903 inf], (4,), float32)",
                env.spec().observationSpace().toString());
        assertEquals("Discrete(2)", env.spec().actionSpace().toString());
        assertEquals(OptionalLong.of(500), env.spec().maxEpisodeSteps());
        assertEquals(OptionalDouble.of(475), env.spec().rewardThreshold());
        assertEquals(
                OptionalLong.empty(),
                new NativeCartPole(1, AutoresetMode.SAME_STEP, CartPoleOptions.STANDARD.withoutTimeLimit())
                        .spec()
                        .maxEpisodeSteps());
    }

    @Test
    void aFirstResetWithoutSeedIsRefusedNamingTheCopyAndTheRemedy() {
        EnvironmentException error = assertThrows(EnvironmentException.class, () -> env.reset(ResetRequest.unseeded()));
        assertEquals(
                "Expected a seed for copy 0 of CartPole-v1 in its first reset, found none; "
                        + "pass ResetRequest.seeded(seed, copies)",
                error.getMessage());
        List<Optional<BigInteger>> half = List.of(Optional.of(BigInteger.ONE), Optional.empty());
        error = assertThrows(EnvironmentException.class, () -> env.reset(new ResetRequest(half, Map.of(), List.of())));
        assertTrue(error.getMessage().contains("copy 1"), error.getMessage());
        env.reset(ResetRequest.seeded(0, 2));
        env.reset(ResetRequest.unseeded());
    }

    @Test
    void resetOptionsBoundTheFirstStates() {
        assertFirstStatesWithin(0.2, 0.3, Map.of("low", 0.2, "high", 0.3));
        assertFirstStatesWithin(-0.05, 2, Map.of("high", 2L));
        assertFirstStatesWithin(-3, 0.05, Map.of("low", new Infos.NumpyScalar(Tensor.ofDoubles(new int[0], -3))));
        assertFirstStatesWithin(-0.05, 0.05, Map.of("unknown", "ignored"));
        Tensor fixed = env.reset(withOptions(Map.of("low", 1.0, "high", 1.0)))
                .observations()
                .asTensor();
        assertArrayEquals(new double[] {1, 1, 1, 1, 1, 1, 1, 1}, fixed.toDoubles());
    }

    /** Within [low, high], scaled as the standard first states of the same seeds are. */
    private void assertFirstStatesWithin(double low, double high, Map<String, Object> options) {
        double[] standard =
                env.reset(withOptions(Map.of())).observations().asTensor().toDoubles();
        double[] found =
                env.reset(withOptions(options)).observations().asTensor().toDoubles();
        for (int i = 0; i < found.length; i++) {
            assertEquals((standard[i] + 0.05) / 0.1, (found[i] - low) / (high - low), 1e-6);
        }
    }

    @Test
    void badResetOptionsAreRefusedAndResetNothing() {
        Object before = env.reset(withOptions(Map.of())).observations();
        List<Map<String, Object>> bad = List.of(
                Map.of("low", 1.0),
                Map.of("low", "x"),
                Map.of("high", Infos.NONE),
                Map.of("high", Double.NaN),
                Map.of("high", Double.POSITIVE_INFINITY));
        for (Map<String, Object> options : bad) {
            assertThrows(EnvironmentException.class, () -> env.reset(withOptions(options)), options::toString);
        }
        assertEquals(before, env.reset(withOptions(Map.of())).observations());
    }

    @Test
    void rendersCartPoleAxleAndTrackInTheirColours() {
        env.reset(withOptions(Map.of("low", 0.0, "high", 0.0))); // in the middle, upright
        Tensor image = env.render(1);
        assertEquals(DType.UINT8, image.dtype());
        assertArrayEquals(new int[] {400, 600, 3}, image.shape());
        assertArrayEquals(new int[] {255, 255, 255}, pixel(image, 0, 0));
        assertArrayEquals(new int[] {0, 0, 0}, pixel(image, 299, 0), "the track");
        assertArrayEquals(new int[] {255, 255, 255}, pixel(image, 297, 0), "above the track");
        assertArrayEquals(new int[] {0, 0, 0}, pixel(image, 290, 280), "the cart");
        assertArrayEquals(new int[] {202, 152, 101}, pixel(image, 200, 300), "the pole");
        assertArrayEquals(new int[] {129, 132, 203}, pixel(image, 292, 300), "the axle");
    }

    @Test
    void rendersACartOnTheRightAndAPoleThatLeansToTheRight() {
        Tensor image = CartPoleRenderer.render(1.2, 0.2);
        int cart = 300 + 150;
        assertArrayEquals(new int[] {0, 0, 0}, pixel(image, 290, cart - 20), "the cart");
        assertArrayEquals(new int[] {255, 255, 255}, pixel(image, 290, 300), "where it is not");
        int up = (int) (100 * Math.cos(0.2));
        int right = (int) (100 * Math.sin(0.2));
        assertArrayEquals(new int[] {202, 152, 101}, pixel(image, 292 - up, cart + right), "the pole");
        assertArrayEquals(new int[] {255, 255, 255}, pixel(image, 292 - up, cart - right), "where it is not");
    }

    @Test
    void rendersOnlyCopiesThatThereAreAndThatHaveAState() {
        assertThrows(EnvironmentException.class, () -> env.render(0));
        env.reset(ResetRequest.seeded(0, 2));
        assertThrows(EnvironmentException.class, () -> env.render(2));
        assertThrows(EnvironmentException.class, () -> env.render(-1));
    }
}
