package dev.gangway.bridge.server;

import dev.gangway.v1.AttachResponse;
import io.grpc.Context;
import io.grpc.stub.ServerCallStreamObserver;

/** A client's stream, whose responses and end may come from several threads. */
final class ClientStream implements ServerSession.Stream {
    private final ServerCallStreamObserver<AttachResponse> responses;
    private final Context context;
    private boolean ended;

    /** Wraps the stream of the call that is current. */
    ClientStream(ServerCallStreamObserver<AttachResponse> responses) {
        this.responses = responses;
        this.context = Context.current();
    }

    /** Told apart by the context, not by the call's listener, which waits while a command is at work. */
    @Override
    public boolean alive() {
        return !context.isCancelled();
    }

    /** Sends a response unless the stream has ended. */
    synchronized void send(AttachResponse response) {
        if (!ended && !responses.isCancelled()) {
            responses.onNext(response);
        }
    }

    /** Sends nothing from now on: someone else ends the stream. */
    synchronized void abandon() {
        ended = true;
    }

    @Override
    public synchronized void finish() {
        if (!ended) {
            ended = true;
            if (!responses.isCancelled()) {
                responses.onCompleted();
            }
        }
    }

    /** Ends the stream with a status unless it has ended. */
    synchronized void fail(RequestFailed failed) {
        if (!ended) {
            ended = true;
            if (!responses.isCancelled()) {
                responses.onError(failed.status());
            }
        }
    }
}
