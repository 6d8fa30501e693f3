package dev.gangway.bridge.conformance;

import dev.gangway.v1.AttachRequest;
import dev.gangway.v1.AttachResponse;
import dev.gangway.v1.CreateSessionResponse;
import dev.gangway.v1.Failure;
import dev.gangway.v1.OpenCommand;
import dev.gangway.v1.RenderCommand;
import dev.gangway.v1.ResetCommand;
import dev.gangway.v1.StepCommand;
import dev.gangway.v1.Value;
import dev.gangway.v1.service.EnvironmentServiceGrpc;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Speaks the protocol on one stream, message by message. */
final class WireStream {
    /** The longest wait for a response in seconds, which is enough for any server on a busy machine. */
    private static final int MAX_WAIT_SECONDS = 30;

    /** A response, or the error that ended the stream. Both are null when the stream ended with OK. */
    private record Event(AttachResponse response, Throwable error) {}

    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private final StreamObserver<AttachRequest> requests;
    private long sequence;

    WireStream(Channel channel) {
        this.requests = EnvironmentServiceGrpc.newStub(channel).attach(new StreamObserver<>() {
            @Override
            public void onNext(AttachResponse response) {
                events.add(new Event(response, null));
            }

            @Override
            public void onError(Throwable error) {
                events.add(new Event(null, error));
            }

            @Override
            public void onCompleted() {
                events.add(new Event(null, null));
            }
        });
    }

    /** Returns a request that opens a session. */
    static AttachRequest opening(CreateSessionResponse session) {
        return AttachRequest.newBuilder()
                .setOpen(OpenCommand.newBuilder()
                        .setProtocolVersion(1)
                        .setSessionId(session.getSessionId())
                        .setIncarnation(session.getIncarnation()))
                .build();
    }

    /** Opens a session and returns the number of its last command. */
    long open(CreateSessionResponse session) {
        AttachResponse response = call(opening(session));
        Expect.equal(AttachResponse.ResultCase.OPENED, response.getResultCase());
        Expect.equal(0, response.getSequence());
        sequence = response.getOpened().getLastSequence();
        return sequence;
    }

    AttachResponse reset(ResetCommand.Builder command) {
        return command(AttachRequest.newBuilder().setReset(command));
    }

    AttachResponse step(Value actions) {
        return command(
                AttachRequest.newBuilder().setStep(StepCommand.newBuilder().setActions(actions)));
    }

    AttachResponse render(int copy) {
        return command(
                AttachRequest.newBuilder().setRender(RenderCommand.newBuilder().addCopies(copy)));
    }

    /** Sends a command with the next number and checks that its response has the same number. */
    AttachResponse command(AttachRequest.Builder command) {
        AttachResponse response = call(command.setSequence(++sequence).build());
        Expect.equal(sequence, response.getSequence());
        return response;
    }

    /** Sends a request unchanged and returns the next response. */
    AttachResponse call(AttachRequest request) {
        requests.onNext(request);
        Event event = next();
        Expect.that(
                event.response() != null,
                () -> "Expected a response to " + request.getCommandCase() + ", found that the stream ended with "
                        + ending(event));
        return event.response();
    }

    /** Sends a request that breaks the stream's contract and returns the failure that ends the stream. */
    Failure callThatEnds(AttachRequest request) {
        requests.onNext(request);
        Event event = next();
        Expect.that(
                event.response() == null && event.error() != null,
                () -> "Expected the stream to end with an error, found "
                        + (event.response() == null ? "OK" : event.response().getResultCase()));
        return WireFailures.of(event.error());
    }

    void halfClose() {
        requests.onCompleted();
    }

    void cancel() {
        requests.onError(Status.CANCELLED.asException());
    }

    /** Waits for the stream to end with OK and no further response. */
    void awaitOk() {
        Event event = next();
        Expect.that(
                event.response() == null && event.error() == null,
                () -> "Expected the stream to end with OK, found "
                        + (event.response() == null
                                ? ending(event)
                                : event.response().getResultCase()));
    }

    private static String ending(Event event) {
        return event.error() == null ? "OK" : event.error().toString();
    }

    private Event next() {
        try {
            Event event = events.poll(MAX_WAIT_SECONDS, TimeUnit.SECONDS);
            Expect.that(event != null, () -> "Expected an answer within " + MAX_WAIT_SECONDS + " s, found none");
            return event;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError("Interrupted while waiting for the server", interrupted);
        }
    }
}
