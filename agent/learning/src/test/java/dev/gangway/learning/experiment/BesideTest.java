package dev.gangway.learning.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIf;

class BesideTest {

    @Test
    @DisabledIf("hasOneProcessor")
    void whatTookLongIsDoneOnAThreadOfItsOwnTheNextTimeAndWhatTookNoTimeIsNot() {
        Thread caller = Thread.currentThread();
        Beside beside = Beside.thread();
        assertSame(caller, beside.start(BesideTest::slowly).get());
        assertNotEquals(caller, beside.start(Thread::currentThread).get());
        assertSame(caller, beside.start(Thread::currentThread).get());
    }

    private static Thread slowly() {
        long begun = System.nanoTime();
        while (System.nanoTime() - begun < TimeUnit.MILLISECONDS.toNanos(2)) {
            Thread.onSpinWait();
        }
        return Thread.currentThread();
    }

    @Test
    void nothingIsLeftForLaterWhereEverythingIsDoneAtOnce() {
        Thread caller = Thread.currentThread();
        int[] done = {0};
        Supplier<Thread> worker = Beside.nothing().start(() -> {
            done[0]++;
            return Thread.currentThread();
        });
        assertEquals(1, done[0]);
        assertSame(caller, worker.get());
    }

    @Test
    void whatIsThrownReachesTheCallerAsItIs() {
        IllegalStateException failure = new IllegalStateException("the critic's");
        AssertionError error = new AssertionError("an error");
        Beside slow = Beside.thread();
        assertSame(Thread.currentThread(), slow.start(BesideTest::slowly).get());
        for (Beside beside : new Beside[] {Beside.nothing(), slow}) {
            Supplier<Object> failed = beside.start(() -> {
                throw failure;
            });
            assertSame(failure, assertThrows(IllegalStateException.class, failed::get));
            Supplier<Object> erred = beside.start(() -> {
                throw error;
            });
            assertSame(error, assertThrows(AssertionError.class, erred::get));
        }
    }

    static boolean hasOneProcessor() {
        return Runtime.getRuntime().availableProcessors() == 1;
    }
}
