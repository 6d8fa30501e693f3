package dev.gangway.bridge.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.gangway.v1.AttachRequest;
import dev.gangway.v1.AttachResponse;
import dev.gangway.v1.FailureReason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Holds the Java server's sessions to the table of the protocol, {@code proto/session_life.csv}. Time is set by hand, and
 * nothing is waited for but what other threads surely do.
 */
@Timeout(60)
class SessionLifeTest {
    private static final Path TABLE = Path.of(System.getProperty("gangway.home"), "proto", "session_life.csv");
    private static final Duration LEASE = Duration.ofSeconds(5);

    /** A row of the table, in a session with a lease or in one without. */
    private record Row(String state, String event, boolean leased, String then, String answer) {}

    /** Returns the table's rows; those of any lease twice. */
    static List<Row> rows() throws IOException {
        List<Row> rows = new ArrayList<>();
        for (String line : Files.readAllLines(TABLE).stream().skip(1).toList()) {
            String[] cells = line.split(",", -1);
            for (boolean leased : new boolean[] {true, false}) {
                if (!cells[2].equals(leased ? "no" : "yes")) {
                    rows.add(new Row(cells[0], cells[1], leased, cells[3], cells[4]));
                }
            }
        }
        return rows;
    }

    @ParameterizedTest
    @MethodSource("rows")
    void theTableHolds(Row row) throws Exception {
        try (Life life = new Life(row.leased())) {
            life.reach(row.state());
            assertEquals(row.state(), life.state());
            assertEquals(row.answer(), life.hear(row.event()));
            assertEquals(row.then(), life.state());
            assertEquals(row.then().equals("freed") ? 1 : 0, life.frees);
        }
    }

    /** A client's stream. By the clock, each look at whether its client is there takes a second. */
    private static final class FakeStream implements ServerSession.Stream {
        final CountDownLatch asked = new CountDownLatch(1);
        boolean living = true;
        boolean finished;
        private final AtomicLong clock;

        FakeStream(AtomicLong clock) {
            this.clock = clock;
        }

        @Override
        public boolean alive() {
            clock.addAndGet(TimeUnit.SECONDS.toNanos(1));
            asked.countDown();
            return living;
        }

        @Override
        public void finish() {
            finished = true;
        }
    }

    /** A session of a server that holds no other, with a command that ends when it is told to. */
    private static final class Life implements ServerSession.Work, AutoCloseable {
        private final Duration lease;
        private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 1); // which overflows, as nanoTime may
        private final SessionTable table = new SessionTable(1, clock::get);
        private final ServerSession session;
        private final CountDownLatch begun = new CountDownLatch(1);
        private final CountDownLatch go = new CountDownLatch(1);
        private FakeStream stream = new FakeStream(clock);
        private boolean opened;
        private CompletableFuture<AttachResponse> atWork;
        private AttachResponse last;
        private int executed;
        int frees;

        Life(boolean leased) {
            lease = leased ? LEASE : Duration.ZERO;
            session = table.inPlace(() -> table.add(lease, this));
        }

        @Override
        public AttachResponse execute(AttachRequest request) {
            executed++;
            if (request.getSequence() == 2) {
                begun.countDown();
                try {
                    go.await();
                } catch (InterruptedException stopped) {
                    throw new IllegalStateException(stopped);
                }
            }
            return AttachResponse.newBuilder()
                    .setSequence(request.getSequence())
                    .build();
        }

        @Override
        public void free() {
            frees++;
        }

        void reach(String state) throws Exception {
            if (state.equals("new")) {
                return;
            }
            assertEquals("Opened", hear("open"));
            last = answer(1);
            if (state.equals("working") || state.equals("closing")) {
                hear("next");
            }
            if (state.equals("detached")) {
                hear("end");
            }
            if (state.equals("closing") || state.equals("freed")) {
                hear("close");
            }
        }

        String state() {
            if (session.freed()) {
                return "freed";
            }
            if (session.timeLeft().isPresent()) {
                return opened ? "detached" : "new";
            }
            if (answerTo(99).equals("end")) {
                return "closing";
            }
            return atWork == null || atWork.isDone() ? "attached" : "working";
        }

        String hear(String event) throws Exception {
            return switch (event) {
                case "open", "open beside" -> open(new FakeStream(clock));
                case "open after" -> openAfterTheLossOfTheOther();
                case "next" -> next();
                case "repeat" -> answerTo(1);
                case "other" -> answerTo(5);
                case "done" -> done();
                case "end" -> end();
                case "time" -> passTime();
                case "close" -> closeSession();
                default -> throw new IllegalArgumentException("Expected an event, found " + event);
            };
        }

        private String open(FakeStream another) {
            try {
                assertEquals(executed, table.get(session.id()).attach(another));
                stream = another;
                opened = true;
                return "Opened";
            } catch (RequestFailed failed) {
                return name(failed);
            }
        }

        private String openAfterTheLossOfTheOther() throws Exception {
            FakeStream lost = stream;
            lost.living = false;
            FakeStream another = new FakeStream(clock);
            CompletableFuture<String> opening = CompletableFuture.supplyAsync(() -> open(another));
            another.asked.await(); // it has found the other stream attached
            if (atWork != null) {
                assertFalse(opening.isDone());
                done();
            }
            session.detach(lost);
            return opening.get();
        }

        private String next() throws InterruptedException {
            if (!state().equals("attached")) {
                return answerTo(3);
            }
            atWork = CompletableFuture.supplyAsync(() -> answer(2));
            begun.await();
            return "";
        }

        private String done() throws Exception {
            go.countDown();
            assertEquals(2, atWork.get().getSequence());
            return "response";
        }

        private String end() {
            session.detach(stream);
            if (session.timeLeft().isPresent()) {
                assertEquals(OptionalLong.of(lease.toNanos()), session.timeLeft());
            }
            return "";
        }

        private String passTime() {
            String before = state();
            OptionalLong left = session.timeLeft();
            long deadline = left.orElse(Duration.ofHours(1).toNanos());
            if (before.equals("new")) {
                assertEquals(Duration.ofMinutes(1).toNanos(), deadline);
            }
            clock.addAndGet(deadline - 1);
            session.expire();
            assertEquals(before, state());
            clock.addAndGet(1);
            session.expire();
            return "";
        }

        private String closeSession() {
            boolean attached = session.attached();
            try {
                boolean freed = table.get(session.id()).close(Duration.ZERO);
                assertEquals(attached, stream.finished);
                return freed ? "OK" : "DEADLINE_EXCEEDED";
            } catch (RequestFailed failed) {
                return name(failed);
            }
        }

        private String answerTo(long sequence) {
            int before = executed;
            try {
                AttachResponse response = session.answer(
                        stream, AttachRequest.newBuilder().setSequence(sequence).build());
                assertEquals(before, executed);
                assertSame(last, response);
                return "replay";
            } catch (RequestFailed failed) {
                return name(failed);
            } catch (ServerSession.ClosedException closed) {
                return "end";
            }
        }

        private AttachResponse answer(long sequence) {
            try {
                return session.answer(
                        stream, AttachRequest.newBuilder().setSequence(sequence).build());
            } catch (ServerSession.ClosedException closed) {
                throw new IllegalStateException(closed);
            }
        }

        private static String name(RequestFailed failed) {
            FailureReason reason = failed.failure().getReason();
            return reason.name().replace("FAILURE_REASON_", "");
        }

        /** Lets the command at work end, and the session with it. */
        @Override
        public void close() {
            go.countDown();
            if (atWork != null) {
                assertEquals(2, atWork.join().getSequence());
            }
            table.closeAll();
        }
    }
}
