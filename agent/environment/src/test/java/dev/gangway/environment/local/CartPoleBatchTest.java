package dev.gangway.environment.local;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gangway.environment.local.CartPole.Outcome;
import dev.gangway.environment.local.CartPoleBatch.Output;
import dev.gangway.environment.local.CartPoleOptions.Integrator;
import dev.gangway.environment.random.NumpyRandom;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CartPoleBatchTest {
    private static final int COPIES = 37;
    private static final int STEPS = 2000;
    private static final int LIMIT = 30;

    @ParameterizedTest
    @CsvSource({
        "EULER, false",
        "EULER, true",
        "SEMI_IMPLICIT_EULER, false",
        "SEMI_IMPLICIT_EULER, true",
    })
    void everyCopyEqualsTheScalarReferenceBitForBit(Integrator integrator, boolean suttonBartoReward) {
        CartPoleOptions options = CartPoleOptions.STANDARD
                .withIntegrator(integrator)
                .withSuttonBartoReward(suttonBartoReward)
                .withMaxEpisodeSteps(LIMIT);
        CartPoleBatch batch = new CartPoleBatch(COPIES, options);
        Scalar[] scalars = new Scalar[COPIES];
        for (int i = 0; i < COPIES; i++) {
            batch.seed(i, BigInteger.valueOf(i));
            batch.reset(i);
            scalars[i] = new Scalar(new CartPole(options), new NumpyRandom(i));
        }
        SplittableRandom random = new SplittableRandom(8);
        Output output = Output.of(COPIES);
        int truncations = 0;
        for (int t = 0; t < STEPS; t++) {
            int[] actions = random.ints(COPIES, 0, 2).toArray();
            int count = batch.stepAndReset(actions, output);
            int k = 0;
            for (int i = 0; i < COPIES; i++) {
                if (scalars[i].assertSameStep(actions[i], output, i, k)) {
                    k++;
                }
                assertArrayEquals(bits(scalars[i].cartPole.state()), bits(batch.state(i)));
                truncations += output.truncated()[i] ? 1 : 0;
            }
            assertEquals(k, count);
        }
        assertTrue(truncations > COPIES, "the time limit was reached often");
    }

    private static long[] bits(double[] values) {
        return Arrays.stream(values).mapToLong(Double::doubleToRawLongBits).toArray();
    }

    /** A scalar cart-pole with the time limit and the autoreset around it. */
    private static final class Scalar {
        private final CartPole cartPole;
        private final NumpyRandom random;
        private int elapsed;

        Scalar(CartPole cartPole, NumpyRandom random) {
            this.cartPole = cartPole;
            this.random = random;
            cartPole.reset(random);
        }

        /** Steps, compares with a copy's row and, if its episode ended, with final row k; returns whether it ended. */
        boolean assertSameStep(int action, Output output, int copy, int k) {
            Outcome outcome = cartPole.step(action);
            elapsed++;
            assertEquals(outcome.reward(), output.rewards()[copy]);
            assertEquals(outcome.terminated(), output.terminated()[copy]);
            assertEquals(elapsed == LIMIT, output.truncated()[copy]);
            boolean ended = outcome.terminated() || elapsed == LIMIT;
            if (ended) {
                assertEquals(copy, output.ended()[k]);
                assertArrayEquals(observation(), row(output.finalObservations(), k));
                cartPole.reset(random);
                elapsed = 0;
            }
            assertArrayEquals(observation(), row(output.observations(), copy));
            return ended;
        }

        private float[] observation() {
            float[] observation = new float[CartPole.STATE_SIZE];
            cartPole.observe(observation, 0);
            return observation;
        }

        private static float[] row(float[] rows, int index) {
            return Arrays.copyOfRange(rows, index * CartPole.STATE_SIZE, (index + 1) * CartPole.STATE_SIZE);
        }
    }

    @Test
    void stepWithoutResetLeavesAnEndedCopyInItsLastState() {
        CartPoleBatch batch = new CartPoleBatch(1, CartPoleOptions.STANDARD.withMaxEpisodeSteps(1));
        assertFalse(batch.seeded(0));
        batch.seed(0, BigInteger.valueOf(3));
        assertTrue(batch.seeded(0));
        batch.reset(0);
        Output output = Output.of(1);
        assertEquals(1, batch.step(new int[] {1}, output));
        assertArrayEquals(output.observations(), output.finalObservations());
    }

    @Test
    void withoutATimeLimitNothingIsTruncated() {
        CartPoleBatch batch = new CartPoleBatch(1, CartPoleOptions.STANDARD.withoutTimeLimit());
        batch.seed(0, BigInteger.valueOf(3));
        batch.reset(0, 0, 0); // upright; alternating pushes keep it up for a while
        Output output = Output.of(1);
        for (int t = 0; t < 100; t++) {
            batch.stepAndReset(new int[] {t % 2}, output);
            assertFalse(output.truncated()[0]);
        }
    }

    @Test
    void thereIsAtLeastOneCopy() {
        assertThrows(IllegalArgumentException.class, () -> new CartPoleBatch(0, CartPoleOptions.STANDARD));
    }
}
