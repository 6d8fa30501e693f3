package dev.gangway.bridge.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PollingTest {
    private static final long LOOK = 1_000;
    private static final double NEARLY = 10_000;

    private final List<Long> sleeps = new ArrayList<>();
    private boolean spare = true;
    private long now;
    private long arrival;
    private int looks;

    private final Polling polling = new Polling(() -> spare, () -> now, this::sleep);

    private void sleep(long nanoseconds) {
        sleeps.add(nanoseconds);
        now += nanoseconds;
    }

    private boolean look() {
        looks++;
        now += LOOK;
        return now >= arrival;
    }

    /** Waits for what comes after so long; returns whether it was seen, and does what a caller does if not. */
    private boolean waits(long nanoseconds) {
        arrival = now + nanoseconds;
        boolean seen = polling.sees(this::look);
        if (!seen) {
            now = Math.max(now, arrival);
            polling.arrived();
        }
        return seen;
    }

    @Test
    void seesWhatArrivesSoon() {
        assertTrue(waits(3 * LOOK));
        assertEquals(3, looks);
        assertEquals(List.of(), sleeps);
    }

    @Test
    void sleepsUntilShortlyBeforeWhatTakesLonger() {
        assertFalse(waits(1_000_000));
        for (int wait = 0; wait < 10; wait++) {
            assertTrue(waits(1_000_000));
        }
        assertEquals(10, sleeps.size());
        sleeps.forEach(each -> assertEquals(850_000.0, each, NEARLY));
    }

    @Test
    void sleepsLessWhenItMayHaveSleptTooLong() {
        assertFalse(waits(1_000_000));
        for (int wait = 0; wait < 10; wait++) {
            waits(500_000);
        }
        assertEquals(350_000.0, sleeps.get(sleeps.size() - 1), NEARLY);
    }

    @Test
    void sleepsLongerOnlyLittleByLittle() {
        assertFalse(waits(400_000));
        assertTrue(waits(500_000));
        assertTrue(waits(500_000));
        assertEquals(250_000.0, sleeps.get(0), NEARLY);
        assertEquals(262_500.0, sleeps.get(1), NEARLY);
    }

    @Test
    void oneLongWaitAmongShortOnesLeadsToNoSleep() {
        for (int wait = 0; wait < 100; wait++) {
            waits(wait % 10 == 5 ? 4_000_000 : 40_000);
        }
        assertEquals(List.of(), sleeps);
    }

    @Test
    void whatTakesVeryLongIsNotPolledFor() {
        assertFalse(waits(20_000_000));
        looks = 0;
        for (int wait = 0; wait < 10; wait++) {
            assertFalse(waits(20_000_000));
        }
        assertEquals(0, looks);
        assertFalse(waits(100_000), "it is not expected yet");
        assertTrue(waits(100_000));
    }

    @Test
    void vainPollingIsLeftOutOfEverMoreWaits() {
        List<Integer> polled = new ArrayList<>();
        for (int wait = 0; wait < 200; wait++) {
            int before = looks;
            arrival = Long.MAX_VALUE;
            assertFalse(polling.sees(this::look));
            if (looks > before) {
                polled.add(wait);
            }
        }
        assertEquals(List.of(0, 1, 4, 11, 26, 57, 120, 183), polled);
    }

    @Test
    void oneSuccessForgetsTheMisses() {
        assertFalse(waits(400_000));
        assertTrue(waits(LOOK));
        assertFalse(waits(400_000));
        assertTrue(waits(LOOK));
    }

    @Test
    void aProcessorThatTheOtherSideNeedsIsLeftToIt() {
        spare = false;
        assertFalse(waits(LOOK));
        assertEquals(0, looks);
        spare = true;
        assertTrue(waits(LOOK));
    }

    @Test
    void anInterruptEndsIt() {
        Thread.currentThread().interrupt();
        assertFalse(polling.sees(this::look));
        assertEquals(0, looks);
        assertTrue(Thread.interrupted());
    }
}
