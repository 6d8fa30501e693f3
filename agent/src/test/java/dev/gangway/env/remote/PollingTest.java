package dev.gangway.env.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class PollingTest {
    private final AtomicInteger looks = new AtomicInteger();

    @Test
    void seesWhatArrivesSoon() {
        assertTrue(new Polling(2).sees(this::soon));
        assertEquals(3, looks.get());
    }

    @Test
    void vainPollingIsLeftOutOfEverMoreWaits() {
        Polling polling = new Polling(2);
        List<Integer> polled = new ArrayList<>();
        for (int wait = 0; wait < 200; wait++) {
            int before = looks.get();
            assertFalse(polling.sees(this::never));
            if (looks.get() > before) {
                polled.add(wait);
            }
        }
        assertEquals(List.of(0, 1, 4, 11, 26, 57, 120, 183), polled);
    }

    @Test
    void oneSuccessForgetsTheMisses() {
        Polling polling = new Polling(2);
        assertFalse(polling.sees(this::never));
        assertTrue(polling.sees(this::soon));
        assertFalse(polling.sees(this::never));
        looks.set(0);
        assertTrue(polling.sees(this::soon));
    }

    @Test
    void oneProcessorIsLeftToTheOtherSide() {
        assertFalse(new Polling(1).sees(this::soon));
        assertEquals(0, looks.get());
    }

    @Test
    void anInterruptEndsIt() {
        Thread.currentThread().interrupt();
        assertFalse(new Polling(2).sees(this::soon));
        assertEquals(0, looks.get());
        assertTrue(Thread.interrupted());
    }

    private boolean never() {
        return looks.incrementAndGet() < 0;
    }

    private boolean soon() {
        return looks.incrementAndGet() > 2;
    }
}
