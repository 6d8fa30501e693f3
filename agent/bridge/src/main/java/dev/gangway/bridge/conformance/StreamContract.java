package dev.gangway.bridge.conformance;

import static dev.gangway.bridge.conformance.Expect.equal;
import static dev.gangway.bridge.conformance.WireFailures.expect;

import dev.gangway.v1.AttachRequest;
import dev.gangway.v1.AttachResponse;
import dev.gangway.v1.FailureReason;
import dev.gangway.v1.Value;
import io.grpc.Channel;
import io.grpc.Status;
import java.util.List;

/** Checks what every server promises about streams: their first request, the numbers of commands, their end. */
final class StreamContract extends ProtocolHarness {
    StreamContract(Channel channel, String id) {
        super(channel, id);
    }

    List<Check> checks() {
        return List.of(
                new Check("every response carries its request's number", this::numbers),
                new Check("a wrong sequence number ends the stream and not the session", this::wrongSequence),
                new Check("a stream that does not begin with Open is refused", this::notOpened),
                new Check("Open names a session and an incarnation that exist", this::unknownSession),
                new Check("a second stream on a session is refused, and the first goes on", this::secondStream),
                new Check("a half-closed stream ends with OK", this::halfClose),
                new Check("closing a session ends its stream with OK, and it is gone", this::closeSession));
    }

    private void numbers() throws Exception {
        withStream(0, (session, stream) -> {
            equal(AttachResponse.ResultCase.RESET, stream.reset(seeded()).getResultCase());
            for (Value action : actions(session, 3)) {
                equal(AttachResponse.ResultCase.STEP, stream.step(action).getResultCase());
            }
        });
    }

    private void wrongSequence() throws Exception {
        withStream(LEASE, (session, stream) -> {
            stream.reset(seeded());
            AttachRequest ahead =
                    AttachRequest.newBuilder().setSequence(9).setReset(seeded()).build();
            var failure = stream.callThatEnds(ahead);
            expect(Status.Code.FAILED_PRECONDITION, FailureReason.FAILURE_REASON_SEQUENCE, failure);
            equal("2", failure.getMetadataMap().get("expected"));
            equal("9", failure.getMetadataMap().get("found"));
            equal(1, new WireStream(channel).open(session));
        });
    }

    private void notOpened() throws Exception {
        AttachRequest reset =
                AttachRequest.newBuilder().setSequence(1).setReset(seeded()).build();
        expect(
                Status.Code.FAILED_PRECONDITION,
                FailureReason.FAILURE_REASON_NOT_OPENED,
                new WireStream(channel).callThatEnds(reset));
        with(LEASE, session -> {
            AttachRequest numbered =
                    WireStream.opening(session).toBuilder().setSequence(1).build();
            expect(
                    Status.Code.FAILED_PRECONDITION,
                    FailureReason.FAILURE_REASON_SEQUENCE,
                    new WireStream(channel).callThatEnds(numbered));
        });
    }

    private void unknownSession() throws Exception {
        with(LEASE, session -> {
            var unknown = session.toBuilder().setSessionId("no such session").build();
            expect(
                    Status.Code.NOT_FOUND,
                    FailureReason.FAILURE_REASON_UNKNOWN_SESSION,
                    new WireStream(channel).callThatEnds(WireStream.opening(unknown)));
            var other = session.toBuilder().setIncarnation("another life").build();
            expect(
                    Status.Code.FAILED_PRECONDITION,
                    FailureReason.FAILURE_REASON_WRONG_INCARNATION,
                    new WireStream(channel).callThatEnds(WireStream.opening(other)));
        });
    }

    private void secondStream() throws Exception {
        withStream(LEASE, (session, stream) -> {
            stream.reset(seeded());
            expect(
                    Status.Code.FAILED_PRECONDITION,
                    FailureReason.FAILURE_REASON_ALREADY_ATTACHED,
                    new WireStream(channel).callThatEnds(WireStream.opening(session)));
            equal(AttachResponse.ResultCase.STEP, stream.step(action(session)).getResultCase());
        });
    }

    private void halfClose() throws Exception {
        withStream(LEASE, (session, stream) -> {
            AttachResponse first = stream.reset(seeded());
            stream.halfClose();
            stream.awaitOk();
            WireStream next = attach(session);
            equal(first, next.call(AttachRequest.newBuilder().setSequence(1).build()));
        });
    }

    private void closeSession() throws Exception {
        withStream(LEASE, (session, stream) -> {
            stream.reset(seeded());
            close(session);
            stream.awaitOk();
            expect(Status.Code.NOT_FOUND, FailureReason.FAILURE_REASON_UNKNOWN_SESSION, () -> close(session));
        });
    }
}
