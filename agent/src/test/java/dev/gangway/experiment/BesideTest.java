package dev.gangway.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIf;

class BesideTest {

    @Test
    @DisabledIf("hasOneProcessor")
    void somethingIsDoneOnAThreadOfItsOwn() {
        Thread caller = Thread.currentThread();
        Supplier<Thread> worker = Beside.thread().start(Thread::currentThread);
        assertNotEquals(caller, worker.get());
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
        for (Beside beside : new Beside[] {Beside.nothing(), Beside.thread()}) {
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
