package dev.gangway.bridge.conformance;

import static dev.gangway.bridge.conformance.Expect.equal;
import static dev.gangway.bridge.conformance.Expect.that;
import static dev.gangway.bridge.conformance.WireFailures.expect;

import dev.gangway.v1.AttachRequest;
import dev.gangway.v1.AttachResponse;
import dev.gangway.v1.CreateSessionResponse;
import dev.gangway.v1.FailureReason;
import dev.gangway.v1.StepCommand;
import dev.gangway.v1.Value;
import io.grpc.Channel;
import io.grpc.Status;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Checks what every server promises about the last response, and about sessions that outlive their stream. */
final class ReplayContract extends ProtocolHarness {
    ReplayContract(Channel channel, String id) {
        super(channel, id);
    }

    List<Check> checks() {
        return List.of(
                new Check(
                        "a request sent again is answered from memory, byte for byte, and not executed", this::replay),
                new Check("the last response is there for the next stream of a session with a lease", this::reconnect),
                new Check("a failure is replayed, too", this::replayedFailure),
                new Check("without a lease the session ends with its stream", this::noLease),
                new Check("a lease that runs out ends the session", this::leaseEnds));
    }

    private void replay() throws Exception {
        withStream(
                LEASE,
                (session, stream) -> withStream(LEASE, (undisturbed, other) -> {
                    stream.reset(seeded());
                    other.reset(seeded());
                    for (Value action : actions(session, 5)) {
                        AttachResponse first = stream.step(action);
                        equal(other.step(action).getStep(), first.getStep());
                        AttachRequest again = AttachRequest.newBuilder()
                                .setSequence(first.getSequence())
                                .setStep(StepCommand.newBuilder().setActions(action))
                                .build();
                        equal(first, stream.call(again));
                        equal(first, stream.call(again));
                    }
                }));
    }

    private void reconnect() throws Exception {
        withStream(LEASE, (session, stream) -> {
            stream.reset(seeded());
            AttachResponse last = stream.step(action(session));
            stream.cancel();
            WireStream next = new WireStream(channel);
            equal(last.getSequence(), next.open(session));
            equal(
                    last,
                    next.call(AttachRequest.newBuilder()
                            .setSequence(last.getSequence())
                            .build()));
            equal(last.getSequence() + 1, next.step(action(session)).getSequence());
        });
    }

    private void replayedFailure() throws Exception {
        withStream(LEASE, (session, stream) -> {
            AttachResponse failure = stream.step(action(session));
            that(failure.hasFailure(), () -> "Expected a failure, found " + failure.getResultCase());
            equal(
                    failure,
                    stream.call(AttachRequest.newBuilder()
                            .setSequence(failure.getSequence())
                            .build()));
        });
    }

    private void noLease() throws Exception {
        withStream(0, (session, stream) -> {
            stream.reset(seeded());
            stream.halfClose();
            stream.awaitOk();
            awaitUnknown(session);
        });
    }

    private void leaseEnds() throws Exception {
        withStream(1, (session, stream) -> {
            equal(1, session.getLeaseMilliseconds());
            stream.reset(seeded());
            stream.halfClose();
            stream.awaitOk();
            awaitUnknown(session);
        });
    }

    /**
     * Waits until the server no longer knows a session. A server may take a moment to end it, and attaching in the
     * meantime would prolong it.
     */
    private void awaitUnknown(CreateSessionResponse session) throws InterruptedException {
        long limit = System.nanoTime() + TimeUnit.SECONDS.toNanos(MAX_CALL_SECONDS);
        while (true) {
            WireStream stream = new WireStream(channel);
            AssertionError unanswered;
            try {
                expect(
                        Status.Code.NOT_FOUND,
                        FailureReason.FAILURE_REASON_UNKNOWN_SESSION,
                        stream.callThatEnds(WireStream.opening(session)));
                return;
            } catch (AssertionError stillThere) {
                unanswered = stillThere;
                stream.cancel();
            }
            if (System.nanoTime() > limit) {
                throw unanswered;
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }
}
