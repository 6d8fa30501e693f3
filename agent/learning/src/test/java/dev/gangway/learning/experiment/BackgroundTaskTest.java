package dev.gangway.learning.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIf;

class BackgroundTaskTest {

    @Test
    @DisabledIf("hasOneProcessor")
    void whatTookLongIsDoneOnAThreadOfItsOwnTheNextTimeAndWhatTookNoTimeIsNot() {
        Thread caller = Thread.currentThread();
        BackgroundTask task = BackgroundTask.inOwnThread();
        assertSame(caller, task.start(BackgroundTaskTest::slowly).get());
        assertNotEquals(caller, task.start(Thread::currentThread).get());
        assertSame(caller, task.start(Thread::currentThread).get());
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
        Supplier<Thread> worker = BackgroundTask.inCallersThread().start(() -> {
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
        BackgroundTask slow = BackgroundTask.inOwnThread();
        assertSame(
                Thread.currentThread(), slow.start(BackgroundTaskTest::slowly).get());
        for (BackgroundTask task : new BackgroundTask[] {BackgroundTask.inCallersThread(), slow}) {
            Supplier<Object> failed = task.start(() -> {
                throw failure;
            });
            assertSame(failure, assertThrows(IllegalStateException.class, failed::get));
            Supplier<Object> erred = task.start(() -> {
                throw error;
            });
            assertSame(error, assertThrows(AssertionError.class, erred::get));
        }
    }

    static boolean hasOneProcessor() {
        return Runtime.getRuntime().availableProcessors() == 1;
    }
}
