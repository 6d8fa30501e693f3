package dev.gangway.bridge.client;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gangway.bridge.conformance.Batches;
import dev.gangway.environment.AutoresetMode;
import dev.gangway.environment.ResetRequest;
import dev.gangway.environment.StepResult;
import dev.gangway.environment.Tensor;
import dev.gangway.environment.VectorEnv;
import dev.gangway.environment.local.CartPoleOptions;
import dev.gangway.environment.local.NativeCartPole;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The native cart-pole and Gymnasium's, side by side. */
@Tag("process")
@Timeout(60)
class NativeParityTest {
    private static final int COPIES = 50;
    private static final int STEPS = 200;

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
    void aThousandSeedsGiveTheSameFirstObservationsBitForBit() {
        try (VectorEnv gymnasium = real.client.open(RemoteEnvOptions.of(NativeCartPole.ID, 1_000));
                VectorEnv ours = new NativeCartPole(1_000, AutoresetMode.SAME_STEP, CartPoleOptions.STANDARD)) {
            for (long seed : new long[] {0, 1L << 31, 1L << 40}) {
                ResetRequest request = ResetRequest.seeded(seed, 1_000);
                assertEquals(
                        gymnasium.reset(request).observations(),
                        ours.reset(request).observations());
            }
        }
    }

    @Test
    void theSameActionsGiveTheSameEpisodesInEveryMode() {
        for (AutoresetMode mode : new AutoresetMode[] {AutoresetMode.SAME_STEP, AutoresetMode.NEXT_STEP}) {
            RemoteEnvOptions options = RemoteEnvOptions.of(NativeCartPole.ID, COPIES)
                    .withAutoreset(mode)
                    .withMaxEpisodeSteps(40);
            try (VectorEnv gymnasium = real.client.open(options);
                    VectorEnv ours =
                            new NativeCartPole(COPIES, mode, CartPoleOptions.STANDARD.withMaxEpisodeSteps(40))) {
                assertEquals(gymnasium.spec().observationSpace(), ours.spec().observationSpace());
                assertEquals(gymnasium.spec().actionSpace(), ours.spec().actionSpace());
                gymnasium.reset(ResetRequest.seeded(9, COPIES));
                ours.reset(ResetRequest.seeded(9, COPIES));
                int ended = 0;
                for (Tensor actions : Batches.random(ours.spec().actionSpace(), COPIES, STEPS, 4)) {
                    gymnasium.send(actions);
                    ended += assertSame(gymnasium.receive(), ours.step(actions));
                }
                assertTrue(ended > 4 * COPIES, "episodes ended: " + ended);
            }
        }
    }

    /** Returns how many episodes ended. */
    private static int assertSame(StepResult expected, StepResult found) {
        assertArrayEquals(expected.rewards(), found.rewards());
        assertArrayEquals(expected.terminated(), found.terminated());
        assertArrayEquals(expected.truncated(), found.truncated());
        assertEquals(expected.infos().rows(), found.infos().rows());
        assertClose(expected.observations().asTensor(), found.observations().asTensor());
        assertEquals(expected.finals().isPresent(), found.finals().isPresent());
        int ended = 0;
        for (int i = 0; i < expected.terminated().length; i++) {
            ended += expected.terminated()[i] || expected.truncated()[i] ? 1 : 0;
        }
        expected.finals().ifPresent(finals -> {
            assertArrayEquals(finals.copies(), found.finals().orElseThrow().copies());
            assertClose(
                    finals.observations().asTensor(),
                    found.finals().orElseThrow().observations().asTensor());
        });
        return ended;
    }

    /** Within 1e-6 relative; float32 holds 6e-8. */
    private static void assertClose(Tensor expected, Tensor found) {
        assertArrayEquals(expected.shape(), found.shape());
        for (int i = 0; i < expected.size(); i++) {
            double value = expected.getDouble(i);
            assertEquals(value, found.getDouble(i), 1e-6 * Math.abs(value) + 1e-9, "element " + i);
        }
    }
}
